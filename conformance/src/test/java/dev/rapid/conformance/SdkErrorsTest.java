package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaAsyncClient;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.ThrottleReason;
import software.amazon.awssdk.services.lambda.model.TooManyRequestsException;

/**
 * What the clients of AWS, with their default settings, make of refusals: their own classes of
 * exceptions. And tenants and several functions through them.
 */
final class SdkErrorsTest {

  private static final String REASON = "ReservedFunctionConcurrentInvocationLimitExceeded";
  private static final String MISSING_TENANT =
      "The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your"
          + " request and try again.";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final String BOTO3 =
      """
      import boto3, json, sys
      from concurrent.futures import ThreadPoolExecutor

      client = boto3.client("lambda", endpoint_url=sys.argv[1], region_name="us-east-1",
                            aws_access_key_id="any", aws_secret_access_key="any")

      def invoke(name, payload, **more):
          answer = client.invoke(FunctionName=name, Payload=json.dumps(payload), **more)
          return json.load(answer["Payload"])

      def refused(kind, name, **more):
          try:
              client.invoke(FunctionName=name, Payload="{}", **more)
          except kind as refusal:
              return refusal.response
          raise SystemExit(name + " was invoked")

      errors = client.exceptions
      throttled = refused(errors.TooManyRequestsException, "throttled")
      assert throttled["Reason"] == sys.argv[2], throttled
      assert throttled["ResponseMetadata"]["HTTPStatusCode"] == 429, throttled
      assert throttled["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "1", throttled
      refused(errors.ResourceNotFoundException, "nobody")
      missing = refused(errors.InvalidParameterValueException, "tenants")
      assert missing["Error"]["Message"] == sys.argv[3], missing
      refused(errors.InvalidParameterValueException, "plain", TenantId="blue")
      assert invoke("plain", "variable AWS_LAMBDA_FUNCTION_NAME") == "plain"
      assert invoke("other", "variable AWS_LAMBDA_FUNCTION_NAME") == "other"
      with ThreadPoolExecutor() as pool:
          blue = pool.submit(invoke, "tenants", "meet p-blue p-green", TenantId="blue")
          green = pool.submit(invoke, "tenants", "meet p-green p-blue", TenantId="green")
          (one, first), (two, second) = blue.result().split(), green.result().split()
      assert one != two and [first, second] == ["blue", "green"], (one, first, two, second)
      print("fine")
      """;

  private static final String JAVASCRIPT =
      """
      import assert from "node:assert";
      import { LambdaClient, InvokeCommand, TooManyRequestsException, ResourceNotFoundException,
               InvalidParameterValueException } from "@aws-sdk/client-lambda";

      const [endpoint, reason, missing] = process.argv.slice(2);
      const client = new LambdaClient({
        endpoint, region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" },
      });
      const invoke = async (FunctionName, payload, more) => {
        const answer = await client.send(
          new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload), ...more }));
        return JSON.parse(answer.Payload.transformToString());
      };
      const refused = async (kind, name, more) => {
        try {
          await invoke(name, {}, more);
        } catch (refusal) {
          assert.ok(refusal instanceof kind, refusal);
          return refusal;
        }
        assert.fail(name + " was invoked");
      };
      const throttled = await refused(TooManyRequestsException, "throttled");
      assert.equal(throttled.Reason, reason);
      assert.equal(throttled.$metadata.httpStatusCode, 429);
      await refused(ResourceNotFoundException, "nobody");
      assert.equal((await refused(InvalidParameterValueException, "tenants")).message, missing);
      await refused(InvalidParameterValueException, "plain", { TenantId: "blue" });
      assert.equal(await invoke("plain", "variable AWS_LAMBDA_FUNCTION_NAME"), "plain");
      assert.equal(await invoke("other", "variable AWS_LAMBDA_FUNCTION_NAME"), "other");
      const [blue, green] = (await Promise.all([
        invoke("tenants", "meet j-blue j-green", { TenantId: "blue" }),
        invoke("tenants", "meet j-green j-blue", { TenantId: "green" }),
      ])).map(each => each.split(" "));
      assert.notEqual(blue[0], green[0]);
      assert.deepEqual([blue[1], green[1]], ["blue", "green"]);
      console.log("fine");
      """;

  @TempDir static Path directory;

  private static Rapid rapid;

  @BeforeAll
  static void serve() {
    rapid = SeveralFunctions.serve(directory);
  }

  @AfterAll
  static void end() {
    rapid.close();
  }

  @Test
  void boto3() {
    String python = Boto3Test.pythonWithBoto3();

    assertFine(
        Command.of(python, "-c", BOTO3, rapid.url().toString(), REASON, MISSING_TENANT)
            .within(PATIENCE)
            .run());
  }

  @Test
  void the_JavaScript_SDK() throws IOException {
    Path installed = NpmPackage.install("@aws-sdk/client-lambda", "package.json");
    Path script = installed.resolve("errors.mjs");
    Files.writeString(script, JAVASCRIPT);

    assertFine(
        Command.of("node", script.toString(), rapid.url().toString(), REASON, MISSING_TENANT)
            .with("NODE_NO_WARNINGS", "1") // About the age of Node.js.
            .within(PATIENCE)
            .run());
  }

  private static void assertFine(Command.Result result) {
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isEqualTo("fine\n");
  }

  @Test
  void the_AWS_CLI() {
    String path = AwsCliTest.pathWithCli();

    assertThat(aws(path, "throttled").err())
        .contains("(TooManyRequestsException) when calling the Invoke operation", "Rate Exceeded.");
    assertThat(aws(path, "nobody").err()).contains("(ResourceNotFoundException) when calling");
    assertThat(aws(path, "tenants").err())
        .contains("(InvalidParameterValueException) when calling", MISSING_TENANT);
    assertThat(aws(path, "plain", "--tenant-id", "blue").err())
        .contains("(InvalidParameterValueException) when calling");
    for (String name : List.of("plain", "other")) {
      Command.Result invoked = aws(path, name);
      assertThat(invoked.exit()).as(invoked.err()).isZero();
      assertThat(invoked.out()).contains("\"StatusCode\": 200");
    }
    assertThat(aws(path, "tenants", "--tenant-id", "blue").out()).contains("\"StatusCode\": 200");
  }

  private static Command.Result aws(String path, String function, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "aws",
                "lambda",
                "invoke",
                "--endpoint-url=" + rapid.url(),
                "--region=us-east-1",
                "--function-name",
                function));
    words.addAll(List.of(more));
    words.add(directory.resolve("answer.json").toString());
    return Command.of(words.toArray(String[]::new))
        .with("PATH", path)
        .with("AWS_ACCESS_KEY_ID", "any")
        .with("AWS_SECRET_ACCESS_KEY", "any")
        .with("AWS_CONFIG_FILE", directory.resolve("config").toString())
        .with("AWS_SHARED_CREDENTIALS_FILE", directory.resolve("credentials").toString())
        .within(PATIENCE)
        .run();
  }

  @Test
  void the_Java_SDK() {
    try (LambdaAsyncClient client =
        LambdaAsyncClient.builder()
            .endpointOverride(rapid.url())
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
            .build()) {
      assertThatThrownBy(() -> invoke(client, "throttled", "{}", null).join())
          .cause()
          .isInstanceOfSatisfying(
              TooManyRequestsException.class,
              throttled -> {
                assertThat(throttled.reasonAsString()).isEqualTo(REASON);
                assertThat(throttled.reason()).isNotEqualTo(ThrottleReason.UNKNOWN_TO_SDK_VERSION);
                assertThat(throttled.retryAfterSeconds()).isEqualTo("1");
                assertThat(throttled.type()).isEqualTo("User");
              });
      assertThatThrownBy(() -> invoke(client, "nobody", "{}", null).join())
          .hasCauseInstanceOf(ResourceNotFoundException.class);
      assertThatThrownBy(() -> invoke(client, "tenants", "{}", null).join())
          .hasCauseInstanceOf(InvalidParameterValueException.class)
          .hasMessageContaining(MISSING_TENANT);
      assertThatThrownBy(() -> invoke(client, "plain", "{}", "blue").join())
          .hasCauseInstanceOf(InvalidParameterValueException.class);
      String name = "\"variable AWS_LAMBDA_FUNCTION_NAME\"";
      assertThat(invoke(client, "plain", name, null).join()).isEqualTo("\"plain\"");
      assertThat(invoke(client, "other", name, null).join()).isEqualTo("\"other\"");

      CompletableFuture<String> blue = invoke(client, "tenants", "\"meet v-blue v-green\"", "blue");
      CompletableFuture<String> green =
          invoke(client, "tenants", "\"meet v-green v-blue\"", "green");
      assertThat(blue.join()).endsWith(" blue\"");
      assertThat(green.join()).endsWith(" green\"");
      assertThat(blue.join().split(" ", -1)[0]).isNotEqualTo(green.join().split(" ", -1)[0]);
    }
  }

  private static CompletableFuture<String> invoke(
      LambdaAsyncClient client, String function, String payload, @Nullable String tenant) {
    return client
        .invoke(request ->
            request
                .functionName(function)
                .tenantId(tenant)
                .payload(SdkBytes.fromUtf8String(payload)))
        .thenApply(InvokeResponse::payload)
        .thenApply(SdkBytes::asUtf8String);
  }
}
