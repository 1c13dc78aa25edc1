/**
 * A gRPC server, for every protocol that has one: where it listens, TLS, keepalive, flow control,
 * and its end. Begin reading with {@link dev.rapid.grpc.GrpcServer}.
 *
 * <p>The packaged program loads this package together with the libraries that it uses, when a
 * server is configured.
 */
@NullMarked
package dev.rapid.grpc;

import org.jspecify.annotations.NullMarked;
