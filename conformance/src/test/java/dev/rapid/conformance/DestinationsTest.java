package dev.rapid.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaAsyncClient;
import software.amazon.awssdk.services.lambda.model.GetFunctionEventInvokeConfigResponse;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/**
 * Clients of AWS invoke a function asynchronously, and a function of Python reads the invocation
 * record in its destination (contract invoke-api, section 4.1).
 */
final class DestinationsTest {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String SECRET = "hush-hush";
  private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:";

  /** Writes what it reads in a record. */
  private static final String AUDIT =
      """
      import os
      def handler(record, context):
          request, response = record["requestContext"], record["responseContext"]
          fields = [request["requestId"], request["condition"], request["approximateInvokeCount"],
                    request["functionArn"], record["requestPayload"],
                    response.get("functionError"), record["responsePayload"]]
          with open(os.environ["AUDITED"], "a") as audited:
              audited.write("|".join(map(str, fields)) + "\\n")
      """;

  private static final String BOTO3 =
      """
      import boto3, json, sys
      client = boto3.client("lambda", endpoint_url=sys.argv[1], region_name="us-east-1",
                            aws_access_key_id="any", aws_secret_access_key="any")
      config = client.get_function_event_invoke_config(FunctionName="orders")
      assert config["MaximumRetryAttempts"] == 0, config
      assert config["MaximumEventAgeInSeconds"] == 60, config
      audit = "arn:aws:lambda:us-east-1:000000000000:function:audit"
      assert config["DestinationConfig"]["OnSuccess"]["Destination"] == audit, config
      assert config["DestinationConfig"]["OnFailure"]["Destination"] == audit, config
      dead = client.get_function_configuration(FunctionName="orders")["DeadLetterConfig"]
      assert dead["TargetArn"].startswith("file:"), dead
      for payload in ["good", "error"]:
          answer = client.invoke(FunctionName="orders", InvocationType="Event",
                                 Payload=json.dumps(payload))
          assert answer["StatusCode"] == 202, answer
          print(answer["ResponseMetadata"]["RequestId"])
      """;

  @TempDir private Path directory;

  @BeforeEach
  void needsPython() {
    assumeTrue(Command.exists("python3"), "python3 exists");
  }

  private Path audited() {
    return directory.resolve("audited");
  }

  private Path letters() {
    return directory.resolve("letters.ndjson");
  }

  private Rapid serve(String async, String top) throws IOException {
    Path file = directory.resolve("rapid.yaml");
    String command =
        ScriptedRuntime.command().stream()
            .map(word -> "\"" + word + "\"")
            .collect(Collectors.joining(", ", "[", "]"));
    Files.writeString(
        file,
        """
        %s
        functions:
          orders:
            command: %s
            async:
              attempts: 1
              max-age: 60
        %s
          audit:
            runtime: python3.13
            handler: index.handler
            env: {AUDITED: "%s"}
            inline-code: |
        %s
        """
            .formatted(top, command, async.indent(6), audited(), AUDIT.indent(6)));
    return Rapid.serve("--config=" + file);
  }

  private Rapid serve() throws IOException {
    return serve(
        """
        on-success: function:audit
        on-failure: function:audit
        dead-letters: file:letters.ndjson
        """,
        "");
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private void assertAudited(String succeeded, String failed) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(lines(audited()))
                .containsExactlyInAnyOrder(
                    succeeded + "|Success|1|" + ARN + "orders:$LATEST|good|None|good",
                    failed
                        + "|RetriesExhausted|1|"
                        + ARN
                        + "orders:$LATEST|error|Unhandled|"
                        + "{'errorType': 'Sample', 'errorMessage': 'no'}"));
    await().atMost(PATIENCE).until(() -> !lines(letters()).isEmpty());
    assertThat(letters())
        .hasContent(
            "{\"body\":\"\\\"error\\\"\",\"messageAttributes\":{\"RequestID\":{\"stringValue\":\""
                + failed
                + "\",\"dataType\":\"String\"},\"ErrorCode\":{\"stringValue\":\"200\","
                + "\"dataType\":\"Number\"},\"ErrorMessage\":{\"stringValue\":\"no\","
                + "\"dataType\":\"String\"}}}\n");
  }

  @Test
  void boto3_invokes_and_a_function_reads_the_records() throws IOException {
    String python = Boto3Test.pythonWithBoto3();
    try (Rapid rapid = serve()) {
      Command.Result result =
          Command.of(python, "-c", BOTO3, rapid.url().toString()).within(PATIENCE).run();

      assertThat(result.err()).isEmpty();
      List<String> ids = result.out().lines().toList();
      assertAudited(ids.get(0), ids.get(1));
    }
  }

  @Test
  void the_AWS_CLI_invokes_and_a_function_reads_the_records() throws IOException {
    try (Rapid rapid = serve()) {
      String path = AwsCliTest.pathWithCli();
      Command.Result config =
          aws(
              rapid,
              path,
              "get-function-event-invoke-config",
              "--function-name=orders",
              "--query=DestinationConfig.OnFailure.Destination");
      assertThat(config.out().strip()).isEqualTo('"' + ARN + "audit\"");
      for (String payload : List.of("good", "error")) {
        Path event = Files.writeString(directory.resolve(payload), '"' + payload + '"');
        Command.Result invoked =
            aws(
                rapid,
                path,
                "invoke",
                "--function-name=orders",
                "--invocation-type=Event",
                "--payload=fileb://" + event,
                directory.resolve("answer").toString());
        assertThat(invoked.exit()).as(invoked.err()).isZero();
        assertThat(invoked.out()).contains("\"StatusCode\": 202");
      }

      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(lines(audited()).stream().map(line -> line.split("\\|", -1)[1]))
                  .containsExactlyInAnyOrder("Success", "RetriesExhausted"));
    }
  }

  private Command.Result aws(Rapid rapid, String path, String... words) {
    List<String> all =
        new ArrayList<>(
            List.of("aws", "lambda", "--endpoint-url=" + rapid.url(), "--region=us-east-1"));
    all.addAll(List.of(words));
    return Command.of(all.toArray(String[]::new))
        .with("PATH", path)
        .with("AWS_ACCESS_KEY_ID", "any")
        .with("AWS_SECRET_ACCESS_KEY", "any")
        .with("AWS_PAGER", "")
        .with("AWS_CONFIG_FILE", directory.resolve("config").toString())
        .with("AWS_SHARED_CREDENTIALS_FILE", directory.resolve("credentials").toString())
        .within(PATIENCE)
        .run();
  }

  @Test
  void the_Java_SDK_invokes_and_a_function_reads_the_records() throws IOException {
    try (Rapid rapid = serve();
        LambdaAsyncClient client = client(rapid)) {
      GetFunctionEventInvokeConfigResponse config =
          client.getFunctionEventInvokeConfig(request -> request.functionName("orders")).join();
      assertThat(config.maximumRetryAttempts()).isZero();
      assertThat(config.maximumEventAgeInSeconds()).isEqualTo(60);
      assertThat(config.destinationConfig().onSuccess().destination()).isEqualTo(ARN + "audit");

      assertAudited(invoke(client, "good"), invoke(client, "error"));
    }
  }

  private static LambdaAsyncClient client(Rapid rapid) {
    return LambdaAsyncClient.builder()
        .endpointOverride(rapid.url())
        .region(Region.US_EAST_1)
        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
        .build();
  }

  private static String invoke(LambdaAsyncClient client, String payload) {
    InvokeResponse answer =
        client
            .invoke(request ->
                request
                    .functionName("orders")
                    .invocationType(InvocationType.EVENT)
                    .payload(SdkBytes.fromUtf8String('"' + payload + '"')))
            .join();
    assertThat(answer.statusCode()).isEqualTo(202);
    return answer.responseMetadata().requestId();
  }

  @Test
  void a_hook_gets_a_signed_record_and_the_secret_shows_nowhere() throws Exception {
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    HttpServer hook =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    hook.createContext(
        "/",
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          received.add(exchange.getRequestHeaders().getFirst("webhook-signature") + " " + body);
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    hook.start();
    String url = "http://127.0.0.1:" + hook.getAddress().getPort() + "/done";
    try (Rapid rapid = serve("on-success: " + url, "async-hook-secret: " + SECRET);
        LambdaAsyncClient client = client(rapid)) {
      invoke(client, "good");

      assertThat(received.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .startsWith("v1,")
          .contains("\"condition\":\"Success\"");
      assertThat(rapid.state()).doesNotContain(SECRET);
      assertThat(rapid.output() + rapid.messages()).doesNotContain(SECRET);
    }
    assertThat(letters()).doesNotExist();
    hook.stop(0);
  }
}
