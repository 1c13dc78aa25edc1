package dev.rapid.queue.delivery.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** The signature is the one that the signer of the AWS SDK makes. */
class SignatureV4Test {

  private static final List<String> URLS =
      List.of(
          "http://127.0.0.1:4566/",
          "https://sqs.eu-west-1.amazonaws.com/",
          "http://localhost:80/queue/jobs",
          "https://example.com:8443/a%20b/c");

  static LongStream seeds() {
    return LongStream.range(0, 100);
  }

  private static String text(Random random) {
    return random
        .ints(random.nextInt(40), 0x20, 0x7f)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void a_request_is_signed_as_the_sdk_signs_it(long seed) {
    Random random = new Random(seed);
    URI url = URI.create(URLS.get(random.nextInt(URLS.size())));
    AwsCredentials credentials =
        new AwsCredentials(
            "AKID" + seed, "s" + text(random) + "s", random.nextBoolean() ? "token" + seed : null);
    Instant now = Instant.ofEpochSecond(random.nextInt());
    byte[] body = text(random).getBytes(UTF_8);
    Map<String, String> headers =
        Map.of("content-type", "application/json; " + seed, "x-amz-target", "T" + text(random));

    SdkHttpRequest expected = signedBySdk(url, headers, body, credentials, now);
    SortedMap<String, String> sameHeaders = new TreeMap<>();
    Set<String> own = Set.of("authorization", "host", "x-amz-date", "x-amz-security-token");
    expected
        .headers()
        .forEach((name, values) -> {
          if (!own.contains(name.toLowerCase(Locale.ROOT))) {
            sameHeaders.put(name.toLowerCase(Locale.ROOT), values.getFirst());
          }
        });

    ServiceRequest signed =
        new SignatureV4(credentials, "eu-west-1", "sqs")
            .signed(new ServiceRequest(url, sameHeaders, body), now);

    assertThat(signed.headers().get("authorization"))
        .isEqualTo(expected.firstMatchingHeader("Authorization").orElseThrow());
    assertThat(signed.headers().get("x-amz-date"))
        .isEqualTo(expected.firstMatchingHeader("X-Amz-Date").orElseThrow());
  }

  private static SdkHttpRequest signedBySdk(
      URI url, Map<String, String> headers, byte[] body, AwsCredentials credentials, Instant now) {
    AwsCredentialsIdentity identity =
        credentials.sessionToken() == null
            ? AwsCredentialsIdentity.create(
                credentials.accessKeyId(), credentials.secretAccessKey())
            : AwsSessionCredentialsIdentity.create(
                credentials.accessKeyId(),
                credentials.secretAccessKey(),
                credentials.sessionToken());
    SdkHttpFullRequest.Builder request =
        SdkHttpFullRequest.builder().method(SdkHttpMethod.POST).uri(url);
    headers.forEach(request::putHeader);
    return AwsV4HttpSigner.create()
        .sign(signing ->
            signing
                .identity(identity)
                .request(request.build())
                .payload(ContentStreamProvider.fromByteArray(body))
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "sqs")
                .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1")
                .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(now, ZoneOffset.UTC)))
        .request();
  }
}
