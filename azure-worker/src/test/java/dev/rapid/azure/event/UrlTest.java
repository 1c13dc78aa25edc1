package dev.rapid.azure.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** URLs and their queries. */
final class UrlTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://h.example:81/a/b?c=d  | https://h.example:81/a/b?c=d",
        "http://[::1]:80/a             | http://[::1]:80/a",
        "http://h                      | http://h/",
        "http://h?a=b                  | http://h/?a=b",
        "/a/b                          | http://localhost/a/b",
        "a/b#c?d                       | http://localhost/a/b",
        "/a b/%20/%zz/é                | http://localhost/a%20b/%20/%25zz/%C3%A9",
        "/a?b=c d&e=[1]\"              | http://localhost/a?b=c%20d&e=%5B1%5D%22",
        "/a?b=http://x/y?z             | http://localhost/a?b=http://x/y?z",
      })
  void a_url_has_only_characters_that_may_be_in_one(String text, String url) {
    assertThat(Url.parse(text)).hasToString(url);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "a=1&a=2&b=3      | {a=1,2, b=3}",
        "a=b=c            | {a=b=c}",
        "a+b=c+d%2B       | {a b=c d+}",
        "a                | {a=}",
        "a=%zz%4          | {a=%zz%4}",
        "&&a=1&           | {a=1}",
        "a=%C3%A9         | {a=é}",
        "-                | {}",
      })
  void a_query_is_decoded(String raw, String values) {
    assertThat(Query.parse(raw == null ? "" : raw).values()).hasToString(values);
  }

  @Test
  void a_host_that_can_be_in_no_url_is_replaced() {
    assertThat(Url.originOf("https", "a b")).isEqualTo("http://localhost");
    assertThat(Url.originOf("https", "")).isEqualTo("http://localhost");
    assertThat(Url.originOf("https", "h.example:8443")).isEqualTo("https://h.example:8443");
  }
}
