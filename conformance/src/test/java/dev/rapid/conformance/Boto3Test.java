package dev.rapid.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** AWS's SDK for Python, if it is there or can be had. */
final class Boto3Test {

  private static final String SCRIPT =
      """
      import base64, boto3, json, sys
      client = boto3.client("lambda", endpoint_url=sys.argv[1], region_name="us-east-1",
                            aws_access_key_id="any", aws_secret_access_key="any")
      good = client.invoke(FunctionName="function", Payload=json.dumps({"a": 1}))
      assert good["StatusCode"] == 200 and "FunctionError" not in good, good
      assert json.load(good["Payload"]) == {"a": 1}
      bad = client.invoke(FunctionName="function", Payload=json.dumps("error"))
      assert bad["FunctionError"] == "Unhandled", bad
      assert json.load(bad["Payload"])["errorType"] == "Sample"
      assert client.invoke(FunctionName="function", InvocationType="DryRun")["StatusCode"] == 204
      assert client.invoke_async(FunctionName="function", InvokeArgs=b"{}")["Status"] == 202
      context = {"w3c": {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}
      encoded = base64.b64encode(json.dumps(context).encode()).decode()
      assert client.invoke(FunctionName="function", ClientContext=encoded)["StatusCode"] == 200
      page = lambda request, **kwargs: request.headers.update(Origin="https://evil.example")
      client.meta.events.register("before-send.lambda.Invoke", page)
      try:
          client.invoke(FunctionName="function", Payload="{}")
          raise SystemExit("a page of another origin invoked the function")
      except client.exceptions.ClientError as refused:
          assert refused.response["Error"]["Code"] == "AccessDeniedException", refused.response
          assert "https://evil.example" in refused.response["Error"]["Message"], refused.response
      client.meta.events.unregister("before-send.lambda.Invoke", page)
      try:
          client.invoke(FunctionName="nobody", Payload="{}")
          raise SystemExit("a function that does not exist was invoked")
      except client.exceptions.ResourceNotFoundException:
          print("fine")
      """;

  @Test
  void invocations_errors_and_refusals_are_what_the_sdk_expects() {
    String python = pythonWithBoto3();
    try (Rapid rapid = Rapid.serveScripted()) {
      Command.Result result = Command.of(python, "-c", SCRIPT, rapid.url().toString()).run();

      assertThat(result.err()).isEmpty();
      assertThat(result.out()).isEqualTo("fine\n");
    }
  }

  static String pythonWithBoto3() {
    return PythonPackage.install("boto3", "boto3");
  }
}
