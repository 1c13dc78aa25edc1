package dev.rapid.fnrunner.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Empty;
import dev.rapid.fnrunner.FnRunnerSettings;
import io.grpc.ChannelCredentials;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS by files, with real sockets (contract fn-runner, section 1.1). */
class TlsTest {

  @TempDir static Path directory;

  private static Path certificate;
  private static Path key;

  /** Lets the JDK make a certificate, and writes it and its key as PEM. */
  @BeforeAll
  static void makeCertificate() throws Exception {
    Path store = directory.resolve("store.p12");
    String password = "password";
    int exit =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                password,
                "-alias",
                "test",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-ext",
                "bc=ca:true",
                "-validity",
                "30")
            .inheritIO()
            .start()
            .waitFor();
    assertThat(exit).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), password.toCharArray());
    certificate = pem("certificate.pem", "CERTIFICATE", keys.getCertificate("test").getEncoded());
    key = pem("key.pem", "PRIVATE KEY", keys.getKey("test", password.toCharArray()).getEncoded());
  }

  private static Path pem(String name, String label, byte[] bytes) throws IOException {
    return Files.writeString(
        directory.resolve(name),
        "-----BEGIN "
            + label
            + "-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
            + "\n-----END "
            + label
            + "-----\n");
  }

  private static GrpcRunner start(Path chain, Path secret, @Nullable Path authorities)
      throws IOException {
    return GrpcRunner.start(
        new FnRunnerSettings(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new FnRunnerSettings.Tls(chain, secret, authorities),
            Duration.ZERO,
            true,
            null,
            1_000,
            1_000),
        new FakeFunctions());
  }

  private static Client client(GrpcRunner runner, ChannelCredentials credentials) {
    return new Client(
        NettyChannelBuilder.forAddress("localhost", runner.address().getPort(), credentials)
            .build());
  }

  @Test
  void calls_are_encrypted_with_the_certificate_of_the_files() throws Exception {
    try (GrpcRunner runner = start(certificate, key, null);
        Client client =
            client(
                runner,
                TlsChannelCredentials.newBuilder().trustManager(certificate.toFile()).build())) {
      assertThat(client.blocking().status(Empty.getDefaultInstance()).getActive()).isZero();
    }
  }

  @Test
  void a_client_without_a_certificate_is_not_let_in_if_one_is_wanted() throws Exception {
    try (GrpcRunner runner = start(certificate, key, certificate);
        Client client =
            client(
                runner,
                TlsChannelCredentials.newBuilder().trustManager(certificate.toFile()).build())) {
      assertThatThrownBy(() -> client.blocking().status(Empty.getDefaultInstance()))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }
  }

  @Test
  void a_client_with_a_certificate_is_let_in() throws Exception {
    try (GrpcRunner runner = start(certificate, key, certificate);
        Client client =
            client(
                runner,
                TlsChannelCredentials.newBuilder()
                    .trustManager(certificate.toFile())
                    .keyManager(certificate.toFile(), key.toFile())
                    .build())) {
      assertThat(client.blocking().status(Empty.getDefaultInstance()).getActive()).isZero();
    }
  }

  @Test
  void a_file_that_is_missing_is_named() {
    Path missing = directory.resolve("missing.pem");

    assertThatThrownBy(() -> start(certificate, missing, null))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("missing.pem");
  }

  @Test
  void a_file_with_something_else_is_named() {
    assertThatThrownBy(() -> start(key, key, null))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("key.pem");
    assertThatThrownBy(() -> start(certificate, certificate, null))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("certificate.pem");
    assertThatThrownBy(() -> start(certificate, key, key))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("key.pem");
  }
}
