package dev.rapid.core.testing;

import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.core.function.InitializationType;
import dev.rapid.core.function.LogFormat;
import dev.rapid.core.function.RuntimeVersion;
import dev.rapid.core.function.SandboxIdentity;
import java.time.Duration;
import java.util.List;

/** Builds descriptions for tests; what a test does not care about has a usual value. */
public final class Functions {

  /** How long an invocation may take if a test does not care. */
  public static final Duration TIMEOUT = Duration.ofSeconds(3);

  private long revision = 1;
  private String name = "test_function";
  private String version = FunctionIdentity.LATEST;
  private String accountId = "012345678912";
  private String handler = "app.handler";
  private int memoryMegabytes = 128;
  private Duration timeout = TIMEOUT;
  private RuntimeVersion runtime = RuntimeVersion.UNKNOWN;
  private LogFormat logFormat = LogFormat.TEXT;
  private List<String> command = List.of("bootstrap");
  private String workingDirectory = "/var/task";

  private Functions() {}

  /** Returns a description with usual values. */
  public static FunctionDescription aFunction() {
    return function().build();
  }

  /** Returns the identity of a sandbox of {@link #aFunction}. */
  public static SandboxIdentity aSandbox() {
    return new SandboxIdentity(
        "test_function", 1, "2026/01/01/[$LATEST]0a1b2c3d", InitializationType.ON_DEMAND);
  }

  /** Returns a builder with usual values. */
  public static Functions function() {
    return new Functions();
  }

  /** Sets the revision. */
  public Functions revision(long number) {
    revision = number;
    return this;
  }

  /** Sets the name. */
  public Functions name(String functionName) {
    name = functionName;
    return this;
  }

  /** Sets the version. */
  public Functions version(String functionVersion) {
    version = functionVersion;
    return this;
  }

  /** Sets the account. */
  public Functions accountId(String digits) {
    accountId = digits;
    return this;
  }

  /** Sets the handler. */
  public Functions handler(String name) {
    handler = name;
    return this;
  }

  /** Sets the memory size. */
  public Functions memoryMegabytes(int megabytes) {
    memoryMegabytes = megabytes;
    return this;
  }

  /** Sets how long an invocation may take, zero for no limit. */
  public Functions timeout(Duration limit) {
    timeout = limit;
    return this;
  }

  /** Sets what is known of the runtime. */
  public Functions runtime(RuntimeVersion version) {
    runtime = version;
    return this;
  }

  /** Sets how logs are written. */
  public Functions logFormat(LogFormat format) {
    logFormat = format;
    return this;
  }

  /** Sets what the runtime is started with. */
  public Functions command(String... words) {
    command = List.of(words);
    return this;
  }

  /** Sets where the runtime is started. */
  public Functions workingDirectory(String path) {
    workingDirectory = path;
    return this;
  }

  /** Returns the description. */
  public FunctionDescription build() {
    return new FunctionDescription(
        revision,
        new FunctionIdentity(name, "us-east-1", accountId, version),
        handler,
        memoryMegabytes,
        timeout,
        runtime,
        logFormat,
        command,
        workingDirectory);
  }
}
