package dev.rapid.grpc;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files for TLS, in PEM.
 *
 * @param certificateChain the server's certificates
 * @param privateKey its key, PKCS#8
 * @param clientAuthorities whose clients are let in, null for clients without certificates
 */
public record TlsFiles(Path certificateChain, Path privateKey, @Nullable Path clientAuthorities) {

  /**
   * Reads the files.
   *
   * @throws IOException if one of them cannot be used; the message names it
   */
  SslContext read() throws IOException {
    for (Path each : new Path[] {certificateChain, privateKey, clientAuthorities}) {
      if (each != null && !Files.isReadable(each)) {
        throw new IOException("Cannot read " + each + ", which is needed for TLS");
      }
    }
    SslContextBuilder builder;
    try {
      builder = SslContextBuilder.forServer(certificateChain.toFile(), privateKey.toFile());
    } catch (IllegalArgumentException e) {
      throw new IOException(
          certificateChain
              + " has no certificates in PEM, or "
              + privateKey
              + " has no key in PEM (PKCS#8 without a password)",
          e);
    }
    try {
      if (clientAuthorities != null) {
        builder.trustManager(clientAuthorities.toFile()).clientAuth(ClientAuth.REQUIRE);
      }
      return GrpcSslContexts.configure(builder, SslProvider.JDK).build();
    } catch (IllegalArgumentException e) {
      throw new IOException(clientAuthorities + " has no certificates in PEM", e);
    }
  }
}
