/**
 * The messages and the service between an Fn load balancer and a runner, generated from {@code
 * runner.proto} (contract fn-runner, section 1.3). Begin reading with {@link
 * dev.rapid.fnrunner.server.protocol.RunnerProtocolGrpc}.
 */
package dev.rapid.fnrunner.server.protocol;
