/**
 * What is started: {@link dev.rapid.bootstrap.launch.LaunchSpec} describes one process. {@link
 * dev.rapid.bootstrap.launch.BootstrapLocator} finds the runtime's program, {@link
 * dev.rapid.bootstrap.launch.ExtensionsDirectory} the extensions, {@link
 * dev.rapid.bootstrap.launch.FunctionEnvironment} makes their environment variables, and {@link
 * dev.rapid.bootstrap.launch.Entrypoint} says why a program cannot be started.
 */
@NullMarked
package dev.rapid.bootstrap.launch;

import org.jspecify.annotations.NullMarked;
