package dev.rapid.invokeapi.url;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.core.function.FunctionIdentity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which function a URL is for (contract invoke-api, section 5.1). */
final class UrlAddressTest {

  private static final FunctionIdentity ECHO =
      new FunctionIdentity("echo", "us-east-1", "000000000000", FunctionIdentity.LATEST);

  @ParameterizedTest
  @CsvSource({
    "/lambda-url/echo/, echo, /",
    "/lambda-url/echo, echo, /",
    "/lambda-url/echo:PROD/a%20b/c/, echo:PROD, /a%20b/c/",
    "/lambda-url/echo//, echo, //"
  })
  void the_prefix_of_a_path_is_not_the_functions(String path, String function, String rawPath) {
    assertThat(UrlAddress.ofPath(path)).isEqualTo(new UrlAddress(function, rawPath));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/lambda-url", "/lambda-url/", "/lambda-url//x", "/x/lambda-url/echo/"})
  void other_paths_are_no_address(String path) {
    assertThat(UrlAddress.ofPath(path)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "echo.lambda-url.us-east-1.localhost, echo",
    "echo.lambda-url.us-east-1.localhost:9000, echo",
    "ECHO.Lambda-Url.us-east-1.on.aws, echo",
    "a-b_c.lambda-url.eu-west-1.localhost.localstack.cloud:4566, a-b_c"
  })
  void a_host_names_the_function_without_case(String host, String function) {
    assertThat(UrlAddress.ofHost(host, "/x")).isEqualTo(new UrlAddress(function, "/x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost:9000",
        "echo.lambda-url",
        "echo.lambda-url.us-east-1",
        ".lambda-url.us-east-1.localhost",
        "a.echo.lambda-url.us-east-1.localhost",
        "echo.lambda-url.us-east-1.localhost:x"
      })
  void other_hosts_are_no_address(String host) {
    assertThat(UrlAddress.ofHost(host, "/")).isNull();
    assertThat(UrlAddress.ofHost(null, "/")).isNull();
  }

  @Test
  void the_id_of_a_url_is_32_letters_and_digits_and_stays_the_same() {
    FunctionIdentity other =
        new FunctionIdentity("other", "us-east-1", "000000000000", FunctionIdentity.LATEST);

    assertThat(UrlAddress.idOf(ECHO, null))
        .matches("[a-z0-9]{32}")
        .isEqualTo(UrlAddress.idOf(ECHO, null));
    assertThat(UrlAddress.idOf(other, null))
        .matches("[a-z0-9]{32}")
        .isNotEqualTo(UrlAddress.idOf(ECHO, null));
  }
}
