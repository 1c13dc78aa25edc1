package dev.rapid.conformance;

import java.util.List;

/** AWS's runtime client for Ruby, the gem {@code aws_lambda_ric}. */
final class RubyClientTest extends RuntimeClientTest {

  private static final String START = "require 'aws_lambda_ric'; AwsLambdaRIC::Bootstrap.new.start";

  @Override
  ClientProject prepare() {
    ClientProject project = ClientProject.of("ruby", "ruby", "gem");
    if (!project.has("gems/specifications")) {
      project.install(
          "gem", "install", "--quiet", "--no-document", "--install-dir=gems", "aws_lambda_ric");
    }
    return project;
  }

  @Override
  List<String> command(ClientProject project, String handler) {
    return List.of("ruby", "-e", START, handler);
  }

  @Override
  List<String> options() {
    return List.of("--env=GEM_PATH=" + project().path("gems"), "--framed-log=on");
  }

  @Override
  String initErrorType() {
    return "Init<ArgumentError>";
  }

  @Override
  String handlerErrorType() {
    return "Function<ArgumentError>";
  }
}
