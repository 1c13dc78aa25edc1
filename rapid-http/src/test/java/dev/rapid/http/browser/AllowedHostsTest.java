package dev.rapid.http.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which values of {@code Host} a web page cannot have chosen. */
final class AllowedHostsTest {

  private static AllowedHosts allowing(String... names) {
    return new AllowedHosts(List.of(names));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.0.0.1:8080",
        "192.168.1.20:1",
        "[::1]",
        "[::1]:8080",
        "[fe80::1%25eth0]:8080",
        "localhost",
        "LocalHost:8080",
        "localhost.:8080",
        "echo.lambda-url.us-east-1.localhost:8080",
        ""
      })
  void addresses_and_localhost_are_always_allowed(String host) {
    assertThat(allowing().allows(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "abc123.lambda-url.eu-central-1.on.aws",
        "abc123.execute-api.eu-central-1.amazonaws.com:3000",
        "lambda.us-east-1.amazonaws.com",
        "lambda-fips.us-gov-west-1.amazonaws.com:443",
        "lambda.cn-north-1.amazonaws.com.cn",
        "lambda.us-east-1.api.aws"
      })
  void names_that_only_aws_can_point_elsewhere_are_allowed(String host) {
    assertThat(allowing().allows(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "evillocalhost.example",
        "127.0.0.1.evil.example",
        "127.0.0.1.nip.io:8080",
        "1.2.3.4.5",
        "echo.lambda-url.us-east-1.evil.example",
        "x.lambda-url.us-east-1.on.aws.evil.example",
        "x.execute-api.us-east-1.amazonaws.com.evil.example",
        "lambda.us-east-1.amazonaws.com.evil.example",
        "bucket.s3.amazonaws.com",
        "[::1].evil.example",
        "[evil]:8080",
        "evil.internal.example",
        "\u00fc.example"
      })
  void names_that_anybody_can_have_are_refused(String host) {
    assertThat(allowing().allows(host)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lambda",
        "lambda:8080",
        "my_service:8080",
        "host.docker.internal:8080",
        "HOST.containers.internal"
      })
  void names_that_the_public_dns_does_not_have_are_allowed(String host) {
    assertThat(allowing().allows(host)).isTrue();
  }

  @Test
  void the_user_allows_names_and_what_is_below_one() {
    AllowedHosts hosts = allowing("Lambda.Example.com", "*.shop.example");

    assertThat(hosts.allows("lambda.example.COM:9")).isTrue();
    assertThat(hosts.allows("a.lambda.example.com")).isFalse();
    assertThat(hosts.allows("a.b.shop.example")).isTrue();
    assertThat(hosts.allows("shop.example")).isFalse();
    assertThat(hosts.allows("evilshop.example")).isFalse();
  }

  @Test
  void the_user_allows_every_name() {
    assertThat(allowing("*").allows("evil.example")).isTrue();
  }
}
