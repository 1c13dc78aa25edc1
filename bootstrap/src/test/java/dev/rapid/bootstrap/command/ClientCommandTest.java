package dev.rapid.bootstrap.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientCommandTest {

  private static final String JAVA_CLIENT =
      "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "python3 -m awslambdaric app.handler",
        "/usr/bin/python3.12 -u -X importtime -m awslambdaric app.handler",
        "node node_modules/aws-lambda-ric/bin/index.mjs index.handler",
        "/usr/bin/node --require ./trace.js /f/node_modules/aws-lambda-ric/bin/index.mjs h",
        "/f/node_modules/.bin/aws-lambda-ric index.handler",
        "/usr/lib/jvm/bin/java -cp app.jar " + JAVA_CLIENT + " example.Handler",
        "aws_lambda_ric app.handler",
        "ruby -W0 /gems/bin/aws_lambda_ric app.handler",
        "/var/runtime/bootstrap",
        "/lambda-entrypoint.sh app.handler",
        "python3.13 /r/python/start_rapid_runtime.py /layers app.handler",
        "python3.13 /r/python/start_awslambdaric.py /layers app.handler",
        "node --expose-gc --max-http-header-size 81920 /r/node/rapid-runtime.mjs app.handler"
      })
  void starts_a_client_itself(String command) {
    assertThat(startsClient(command)).isTrue();
  }

  @Test
  void a_ruby_script_may_begin_with_the_client() {
    String script = "require 'aws_lambda_ric'; AwsLambdaRIC::Bootstrap.new.start";

    assertThat(
            ClientCommand.startsClient(
                Path.of("/usr/bin/ruby"), List.of("ruby", "-I", "/gem/lib", "-e", script)))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "npx aws-lambda-ric index.handler",
        "npm start",
        "node start.js aws-lambda-ric",
        "node start.js node_modules/aws-lambda-ric/bin/index.mjs",
        "node --require",
        "node",
        "python3 launch.py -m awslambdaric app.handler",
        "python3 -m debugger -m awslambdaric",
        "python3 -m",
        "python3",
        "ruby",
        "bundle exec aws_lambda_ric",
        "javac " + JAVA_CLIENT,
        "mvn exec:java",
        "bootstrap"
      })
  void may_be_a_launcher(String command) {
    assertThat(startsClient(command)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#!/bin/sh\nexec python3 -m awslambdaric \"$_HANDLER\"\n",
        "#!/usr/bin/env bash\nset -e\nexec 2>&1\n  exec \"/opt/python3\" -m awslambdaric\n",
        "#!/bin/sh\nexec \"${JAVA_HOME:+$JAVA_HOME/bin/}java\" -cp 'a:b' \\\n  " + JAVA_CLIENT,
        "#! /bin/bash -e\nif x; then\nexec node /f/aws-lambda-ric/bin/index.mjs\nfi\n"
            + "exec /var/runtime/bootstrap"
      })
  void a_shell_script_that_becomes_a_client_starts_it_itself(String script) throws IOException {
    assertThat(startsClient(script(script))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\u007fELF",
        "#!/bin/sh\nnpx aws-lambda-ric index.handler\n",
        "#!/bin/sh\nexec npx aws-lambda-ric index.handler\n",
        "#!/bin/sh\npython3 -m awslambdaric\n",
        "#!/bin/sh\n[ -n \"$X\" ] || exec npx x\nexec python3 -m awslambdaric\nexec npm start\n",
        "#!/bin/sh\nexec $COMMAND\n",
        "#!/usr/bin/env node\n/*\nexec python3 -m awslambdaric\n*/\n"
      })
  void any_other_file_may_be_a_launcher(String text) throws IOException {
    assertThat(startsClient(script(text))).isFalse();
  }

  @Test
  void a_program_that_cannot_be_read_may_be_a_launcher() {
    assertThat(startsClient(directory.toString())).isFalse();
  }

  private String script(String text) throws IOException {
    return Files.writeString(directory.resolve("bootstrap"), text).toString();
  }

  private static boolean startsClient(String command) {
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    return ClientCommand.startsClient(Path.of(words.get(0)), words);
  }
}
