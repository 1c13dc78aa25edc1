package dev.rapid.queue.delivery.aws;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs POST requests without a query as services of AWS want it: Signature Version 4. */
final class SignatureV4 {

  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final int DATE_LENGTH = 8;
  private static final String UNRESERVED = "-_.~/";

  private final AwsCredentials credentials;
  private final String region;
  private final String service;

  SignatureV4(AwsCredentials credentials, String region, String service) {
    this.credentials = credentials;
    this.region = region;
    this.service = service;
  }

  /** Returns the request with the headers that sign it. */
  ServiceRequest signed(ServiceRequest request, Instant now) {
    String time = TIME.format(now);
    SortedMap<String, String> headers = new TreeMap<>(request.headers());
    headers.put("x-amz-date", time);
    if (credentials.sessionToken() != null) {
      headers.put("x-amz-security-token", credentials.sessionToken());
    }
    SortedMap<String, String> signed = new TreeMap<>(headers);
    signed.put("host", host(request.url()));
    String names = String.join(";", signed.keySet());
    String scope = time.substring(0, DATE_LENGTH) + "/" + region + "/" + service + "/aws4_request";
    String toSign =
        ALGORITHM
            + "\n"
            + time
            + "\n"
            + scope
            + "\n"
            + hash(bytes(canonical(request, signed, names)));
    String signature = HexFormat.of().formatHex(hmac(key(time), toSign));
    headers.put(
        "authorization",
        ALGORITHM
            + " Credential="
            + credentials.accessKeyId()
            + "/"
            + scope
            + ", SignedHeaders="
            + names
            + ", Signature="
            + signature);
    return new ServiceRequest(request.url(), headers, request.body());
  }

  private static String canonical(
      ServiceRequest request, SortedMap<String, String> signed, String names) {
    StringBuilder text = new StringBuilder("POST\n").append(path(request.url())).append("\n\n");
    signed.forEach((name, value) ->
        text.append(name).append(':').append(value.strip().replaceAll(" +", " ")).append('\n'));
    return text.append('\n').append(names).append('\n').append(hash(request.body())).toString();
  }

  /** Returns the path, whose segments are encoded once more than in the URL. */
  private static String path(URI url) {
    String path = url.normalize().getRawPath();
    if (path == null || path.isEmpty()) {
      return "/";
    }
    StringBuilder encoded = new StringBuilder();
    for (byte b : bytes(path)) {
      char c = (char) (b & 0xff);
      if (isAsciiLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return encoded.toString();
  }

  private static boolean isAsciiLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /** Returns the header Host, as HTTP clients write it. */
  private static String host(URI url) {
    int port = url.getPort();
    boolean usual = port == -1 || port == (url.getScheme().equals("https") ? 443 : 80);
    return usual ? url.getHost() : url.getHost() + ":" + port;
  }

  private byte[] key(String time) {
    byte[] key = bytes("AWS4" + credentials.secretAccessKey());
    for (String part :
        new String[] {time.substring(0, DATE_LENGTH), region, service, "aws4_request"}) {
      key = hmac(key, part);
    }
    return key;
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(bytes(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has HmacSHA256", e);
    }
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
