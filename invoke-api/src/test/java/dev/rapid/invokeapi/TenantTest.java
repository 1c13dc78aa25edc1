package dev.rapid.invokeapi;

import static dev.rapid.http.testing.Eventually.eventually;
import static dev.rapid.invokeapi.Emulator.INVOKE;
import static dev.rapid.invokeapi.Emulator.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rapid.http.testing.WireAnswer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The header {@code X-Amz-Tenant-Id} (contract invoke-api, section 1.3). */
final class TenantTest extends InvokeApiTest {

  private static final String URL = Emulator.URL + "/";
  private static final String TENANT = "X-Amz-Tenant-Id: blue/7 @x";
  private static final String EVENT = "X-Amz-Invocation-Type: Event";
  private static final String DRY_RUN = "X-Amz-Invocation-Type: DryRun";
  private static final String MISSING =
      """
      {"Type":"User","message":"The invoked function is enabled with tenancy configuration. Add a \
      valid tenant ID in your request and try again."}\
      """;
  private static final String UNEXPECTED =
      """
      {"Type":"User","message":"The invoked function is not enabled with tenancy configuration. \
      Remove the tenant ID from your request and try again."}\
      """;

  private void startWithTenants() {
    start(Emulator.emulator().isolatesTenants());
  }

  private static void assertInvalid(WireAnswer answer, String body) {
    assertRefused(answer, 400, "InvalidParameterValueException", body);
  }

  @ParameterizedTest
  @ValueSource(strings = {INVOKE, STREAM, URL})
  void the_tenant_reaches_the_runtime_of_a_function_with_tenants(String path) {
    startWithTenants();

    assertThat(emulator().connect().post(path, "{}", TENANT).status()).isEqualTo(200);

    assertThat(emulator().onlyEvent().header("Lambda-Runtime-Aws-Tenant-Id"))
        .isEqualTo("blue/7 @x");
  }

  @Test
  void the_tenant_of_an_event_reaches_the_runtime() {
    startWithTenants();

    assertThat(emulator().invoke("{}", EVENT, TENANT).status()).isEqualTo(202);

    eventually(() -> emulator().seen().size() == 1);
    assertThat(emulator().onlyEvent().header("Lambda-Runtime-Aws-Tenant-Id"))
        .isEqualTo("blue/7 @x");
  }

  @ParameterizedTest
  @ValueSource(strings = {INVOKE, STREAM, URL})
  void a_request_without_a_tenant_is_refused_by_a_function_with_tenants(String path) {
    startWithTenants();

    assertInvalid(emulator().connect().post(path, "{}"), MISSING);

    assertThat(emulator().seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {EVENT, DRY_RUN})
  void an_invocation_of_any_type_needs_its_tenant(String type) {
    startWithTenants();

    assertInvalid(emulator().invoke("{}", type), MISSING);

    assertThat(emulator().seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {INVOKE, STREAM, URL})
  void a_malformed_tenant_is_refused_by_a_function_with_tenants(String path) {
    startWithTenants();

    WireAnswer answer = emulator().connect().post(path, "{}", "X-Amz-Tenant-Id: a!");

    assertRefused(answer, 400, "ValidationException");
    assertThat(messageOf(answer)).contains("Value 'a!' at 'tenantId'");
    assertThat(emulator().seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {INVOKE, STREAM})
  void a_tenant_is_refused_by_a_function_without_tenants(String path) {
    assertInvalid(emulator().connect().post(path, "{}", TENANT), UNEXPECTED);

    emulator().expectNotInvoked();
  }

  @ParameterizedTest
  @ValueSource(strings = {EVENT, DRY_RUN})
  void a_tenant_of_an_invocation_of_any_type_is_refused_by_a_function_without(String type) {
    assertInvalid(emulator().invoke("{}", type, TENANT), UNEXPECTED);

    emulator().expectNotInvoked();
  }

  @Test
  void to_the_url_of_a_function_without_tenants_the_header_is_one_like_any_other() {
    assertThat(emulator().connect().post(URL, "{}", TENANT).status()).isEqualTo(200);

    assertThat(emulator().onlyEvent().header("Lambda-Runtime-Aws-Tenant-Id")).isNull();
    assertThat(json(emulator().onlyEvent().text()).path("headers").path("x-amz-tenant-id").asText())
        .isEqualTo("blue/7 @x");
  }

  @Test
  void an_unknown_function_is_not_found_whatever_the_tenant() {
    startWithTenants();

    assertRefused(
        emulator().connect().post(Emulator.path("nobody"), "{}"), 404, "ResourceNotFoundException");
  }
}
