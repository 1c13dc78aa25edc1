package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaAsyncClient;
import software.amazon.awssdk.services.lambda.model.AliasConfiguration;
import software.amazon.awssdk.services.lambda.model.Architecture;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.FunctionUrlAuthType;
import software.amazon.awssdk.services.lambda.model.FunctionVersion;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.LastUpdateStatus;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.State;
import software.amazon.awssdk.services.lambda.waiters.LambdaAsyncWaiter;

/**
 * The operations that show functions, their waiters, and versions, through the clients of AWS
 * (contract invoke-api, sections 6 and 8, row 104).
 */
final class SdkReadsTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:orders";

  private static final String BOTO3 =
      """
      import boto3, json, sys
      from datetime import datetime

      client = boto3.client("lambda", endpoint_url=sys.argv[1], region_name="us-east-1",
                            aws_access_key_id="any", aws_secret_access_key="any")
      arn = sys.argv[2]
      # A waiter that needs a second poll fails.
      once = {"Delay": 1, "MaxAttempts": 1}
      for name in ["function_exists", "function_active", "function_active_v2", "function_updated",
                   "function_updated_v2", "published_version_active"]:
          client.get_waiter(name).wait(FunctionName="orders", WaiterConfig=once)
      function = client.get_function(FunctionName="orders", Qualifier="live")
      assert function["Configuration"]["FunctionArn"] == arn + ":live", function
      assert function["Configuration"]["Version"] == "1", function
      assert function["Configuration"]["Timeout"] == 10, function
      assert function["Tags"] == {"team": "a"}, function
      assert function["Concurrency"] == {"ReservedConcurrentExecutions": 4}, function
      pages = client.get_paginator("list_functions").paginate(
          FunctionVersion="ALL", PaginationConfig={"PageSize": 2})
      arns = [each["FunctionArn"] for page in pages for each in page["Functions"]]
      assert arns == [arn + ":$LATEST", arn + ":1", arn + ":2",
                      arn.replace("orders", "image") + ":$LATEST"], arns
      versions = client.list_versions_by_function(FunctionName="orders")["Versions"]
      assert [each["Version"] for each in versions] == ["$LATEST", "1", "2"], versions
      aliases = client.list_aliases(FunctionName="orders")["Aliases"]
      assert [each["Name"] for each in aliases] == ["live", "canary"], aliases
      weights = client.get_alias(FunctionName="orders", Name="canary")["RoutingConfig"]
      assert weights == {"AdditionalVersionWeights": {"2": 0.5}}, weights
      assert client.get_function_concurrency(FunctionName="orders")[
          "ReservedConcurrentExecutions"] == 4
      url = client.get_function_url_config(FunctionName="orders")
      assert url["FunctionUrl"] == sys.argv[1] + "/lambda-url/orders/", url
      event = client.get_function_event_invoke_config(FunctionName="orders")
      assert event["MaximumRetryAttempts"] == 1, event
      assert isinstance(event["LastModified"], datetime), event
      assert client.list_tags(Resource=arn)["Tags"] == {"team": "a"}
      assert client.get_account_settings()["AccountUsage"]["FunctionCount"] == 2
      assert client.list_provisioned_concurrency_configs(
          FunctionName="orders")["ProvisionedConcurrencyConfigs"] == []
      image = client.get_function_configuration(FunctionName="image")
      assert (image["State"], image["StateReason"]) == ("Failed", "It is an image."), image

      def refused(kind, call, **arguments):
          try:
              call(**arguments)
          except kind as refusal:
              return refusal.response["Error"]["Code"]
          raise SystemExit("not refused: " + str(arguments))

      errors = client.exceptions
      refused(errors.ResourceNotFoundException, client.get_function, FunctionName="nobody")
      refused(errors.ResourceNotFoundException, client.get_policy, FunctionName="orders")
      refused(errors.ProvisionedConcurrencyConfigNotFoundException,
              client.get_provisioned_concurrency_config, FunctionName="orders", Qualifier="live")
      refused(errors.ResourceConflictException, client.invoke, FunctionName="image")
      code = refused(errors.ClientError, client.delete_function, FunctionName="orders")
      assert code == "NotImplementedException", code

      def version(**qualifier):
          answer = client.invoke(FunctionName="orders", **qualifier,
                                 Payload=json.dumps("variable AWS_LAMBDA_FUNCTION_VERSION"))
          seen = json.load(answer["Payload"])
          assert seen == answer["ExecutedVersion"], answer
          return seen

      assert version() == "$LATEST"
      assert version(Qualifier="live") == "1"
      assert version(Qualifier="2") == "2"
      assert {version(Qualifier="canary") for _ in range(60)} == {"1", "2"}
      print("fine")
      """;

  private static final String JAVASCRIPT =
      """
      import assert from "node:assert";
      import { LambdaClient, GetFunctionCommand, ListFunctionsCommand, ListAliasesCommand,
               DeleteFunctionCommand, GetFunctionEventInvokeConfigCommand,
               ResourceNotFoundException, waitUntilFunctionActiveV2, waitUntilFunctionExists,
               waitUntilFunctionUpdatedV2, paginateListFunctions,
             } from "@aws-sdk/client-lambda";

      const [endpoint, arn] = process.argv.slice(2);
      const client = new LambdaClient({
        endpoint, region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" },
      });
      const FunctionName = "orders";
      for (const wait of [waitUntilFunctionExists, waitUntilFunctionActiveV2,
                          waitUntilFunctionUpdatedV2]) {
        const { state } = await wait({ client, maxWaitTime: 10 }, { FunctionName });
        assert.equal(state, "SUCCESS");
      }
      const { Configuration, Tags } = await client.send(
        new GetFunctionCommand({ FunctionName, Qualifier: "live" }));
      assert.equal(Configuration.FunctionArn, arn + ":live");
      assert.equal(Configuration.MemorySize, 256);
      assert.deepEqual(Tags, { team: "a" });
      const names = [];
      for await (const page of paginateListFunctions({ client, pageSize: 1 }, {})) {
        names.push(...page.Functions.map(each => each.FunctionName));
      }
      assert.deepEqual(names, ["orders", "image"]);
      const { Aliases } = await client.send(new ListAliasesCommand({ FunctionName }));
      assert.deepEqual(Aliases[1].RoutingConfig.AdditionalVersionWeights, { 2: 0.5 });
      const event = await client.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }));
      assert.ok(event.LastModified instanceof Date && event.LastModified > new Date(2020, 1, 1));
      await assert.rejects(
        client.send(new GetFunctionCommand({ FunctionName: "nobody" })),
        refusal => refusal instanceof ResourceNotFoundException);
      await assert.rejects(
        client.send(new DeleteFunctionCommand({ FunctionName })),
        refusal => refusal.name === "NotImplementedException");
      console.log("fine");
      """;

  @TempDir static Path directory;

  private static Rapid rapid;

  @BeforeAll
  static void serve() throws IOException {
    String command =
        ScriptedRuntime.command().stream()
            .map(word -> "\"" + word + "\"")
            .collect(Collectors.joining(", ", "[", "]"));
    Path file = directory.resolve("rapid.yaml");
    Files.writeString(
        file,
        """
        cwd: "%s"
        functions:
          orders:
            command: %s
            timeout: 10
            memory: 256
            reserved-concurrency: 4
            async-attempts: 2
            versions: [{version: "1"}, {version: "2"}]
            aliases: {live: "1", canary: {version: "1", weights: {"2": 0.5}}}
            details: {Tags: {team: a}, Architectures: [arm64]}
          image:
            not-runnable: It is an image.
        """
            .formatted(directory, command));
    rapid = Rapid.serve("--config=" + file);
  }

  @AfterAll
  static void end() {
    rapid.close();
  }

  private static void assertFine(Command.Result result) {
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isEqualTo("fine\n");
  }

  @Test
  void boto3() {
    String python = Boto3Test.pythonWithBoto3();

    assertFine(Command.of(python, "-c", BOTO3, rapid.url().toString(), ARN).within(PATIENCE).run());
  }

  @Test
  void the_JavaScript_SDK() throws IOException {
    Path installed = NpmPackage.install("@aws-sdk/client-lambda", "package.json");
    Path script = installed.resolve("reads.mjs");
    Files.writeString(script, JAVASCRIPT);

    assertFine(
        Command.of("node", script.toString(), rapid.url().toString(), ARN)
            .with("NODE_NO_WARNINGS", "1") // About the age of Node.js.
            .within(PATIENCE)
            .run());
  }

  @Test
  void the_AWS_CLI() {
    String path = AwsCliTest.pathWithCli();

    for (String waiter : List.of("function-exists", "function-active-v2", "function-updated-v2")) {
      Command.Result waited = aws(path, "wait", waiter, "--function-name", "orders");
      assertThat(waited.exit()).as(waited.err()).isZero();
    }
    assertThat(aws(path, "list-functions", "--query", "Functions[].FunctionName").out())
        .contains("\"orders\"", "\"image\"");
    assertThat(aws(path, "get-function", "--function-name", "orders:live", "--query", "Tags").out())
        .contains("\"team\": \"a\"");
    assertThat(aws(path, "delete-function", "--function-name", "orders").err())
        .contains("(NotImplementedException) when calling the DeleteFunction operation");
  }

  private static Command.Result aws(String path, String... words) {
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
  void the_Java_SDK() {
    try (LambdaAsyncClient client =
            LambdaAsyncClient.builder()
                .endpointOverride(rapid.url())
                .region(Region.US_EAST_1)
                .credentialsProvider(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                .build();
        LambdaAsyncWaiter waiter =
            LambdaAsyncWaiter.builder()
                .client(client)
                .overrideConfiguration(once -> once.maxAttempts(1))
                .build()) {
      assertThat(
              waiter
                  .waitUntilFunctionActiveV2(request -> request.functionName("orders"))
                  .join()
                  .attemptsExecuted())
          .isEqualTo(1);
      assertThat(waiter.waitUntilFunctionUpdatedV2(r -> r.functionName("orders")).join())
          .isNotNull();
      assertThat(waiter.waitUntilFunctionExists(r -> r.functionName("orders")).join()).isNotNull();

      FunctionConfiguration orders =
          client
              .getFunction(request -> request.functionName("orders").qualifier("live"))
              .join()
              .configuration();
      assertThat(orders.functionArn()).isEqualTo(ARN + ":live");
      assertThat(orders.version()).isEqualTo("1");
      assertThat(orders.state()).isEqualTo(State.ACTIVE);
      assertThat(orders.lastUpdateStatus()).isEqualTo(LastUpdateStatus.SUCCESSFUL);
      assertThat(orders.architectures()).containsExactly(Architecture.ARM64);
      assertThat(orders.timeout()).isEqualTo(10);

      List<String> arns = new ArrayList<>();
      client
          .listFunctionsPaginator(
              request -> request.functionVersion(FunctionVersion.ALL).maxItems(2))
          .functions()
          .subscribe(each -> arns.add(each.functionArn()))
          .join();
      assertThat(arns).hasSize(4).doesNotHaveDuplicates();
      List<AliasConfiguration> aliases =
          client.listAliases(request -> request.functionName("orders")).join().aliases();
      assertThat(aliases.get(1).routingConfig().additionalVersionWeights()).containsEntry("2", 0.5);
      assertThat(
              client
                  .getFunctionUrlConfig(request -> request.functionName("orders"))
                  .join()
                  .authType())
          .isEqualTo(FunctionUrlAuthType.NONE);
      assertThat(
              client
                  .getFunctionEventInvokeConfig(request -> request.functionName("orders"))
                  .join()
                  .lastModified())
          .isNotNull();

      InvokeResponse invoked =
          client
              .invoke(request ->
                  request
                      .functionName("orders:2")
                      .payload(SdkBytes.fromUtf8String("\"variable AWS_LAMBDA_FUNCTION_VERSION\"")))
              .join();
      assertThat(invoked.executedVersion()).isEqualTo("2");
      assertThat(invoked.payload().asUtf8String()).isEqualTo("\"2\"");

      assertThatThrownBy(() -> client.getFunction(r -> r.functionName("nobody")).join())
          .hasCauseInstanceOf(ResourceNotFoundException.class);
      assertThatThrownBy(() -> client.invoke(r -> r.functionName("image")).join())
          .hasCauseInstanceOf(ResourceConflictException.class)
          .hasMessageContaining("It is an image.");
      assertThatThrownBy(() -> client.deleteFunction(r -> r.functionName("orders")).join())
          .cause()
          .isInstanceOfSatisfying(
              LambdaException.class,
              refused ->
                  assertThat(refused.awsErrorDetails().errorCode())
                      .isEqualTo("NotImplementedException"));
    }
  }
}
