package dev.rapid.cli;

import dev.rapid.cli.config.LazyRuntimes;
import dev.rapid.cli.config.Options;
import dev.rapid.cli.config.Settings;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.core.error.ErrorType;
import dev.rapid.core.events.EventsApi;
import dev.rapid.core.events.LifecycleEvent;
import dev.rapid.core.function.FunctionDescription;
import dev.rapid.core.function.FunctionIdentity;
import dev.rapid.core.invocation.Invocation;
import dev.rapid.core.invocation.Outcome;
import dev.rapid.core.invocation.Payload;
import dev.rapid.core.invocation.ResponseEnd;
import dev.rapid.core.invocation.ResponseSink;
import dev.rapid.emulator.EmulatedFunction;
import dev.rapid.emulator.FunctionLog;
import dev.rapid.emulator.FunctionObserver;
import dev.rapid.emulator.Rapid;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.ProgramSettings;
import dev.rapid.lambda.FailurePayload;
import dev.rapid.lambda.Identifiers;
import dev.rapid.lambda.Limits;
import dev.rapid.lambda.TraceHeader;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code rapid invoke}: invokes a function once; stdout gets the response and nothing else. */
final class InvokeCommand {

  /** The limit of work after the response if the function has no timeout. */
  private static final Duration UNLIMITED_PATIENCE = Duration.ofSeconds(10);

  private final Settings settings;
  private final Shell shell;

  /** Becomes zero when the log has the report of the invocation. */
  private final CountDownLatch reported = new CountDownLatch(1);

  private boolean responseLost;

  InvokeCommand(Settings settings, Shell shell) {
    this.settings = settings;
    this.shell = shell;
  }

  /**
   * How the invocation ended.
   *
   * @param initFailure how init failed, null if it did not
   */
  private record Ended(Outcome outcome, @Nullable String initFailure) {}

  /**
   * Invokes the function.
   *
   * @throws UsageException if an option or the payload is wrong
   * @throws UnavailableException if an address cannot be used
   */
  ExitCode run() throws UnavailableException {
    Log.configure(settings.get(Options.LOG_LEVEL), shell.err());
    URI url = settings.find(Options.URL);
    if (url != null) {
      if (settings.hasCommand()) {
        throw new UsageException(
            "There is a COMMAND and --url", "With --url the function runs already; leave one out.");
      }
      return new RemoteInvocation(url, remoteName(), settings.get(Options.STREAM), shell)
          .run(settings.get(Options.EVENT));
    }
    ProgramSettings program = settings.programToInvoke(Log::message);
    FunctionSettings function = program.functions().getFirst();
    String notRunnable = function.listing().notRunnable();
    if (notRunnable != null) {
      throw new UsageException("Function '" + function.name() + "' cannot run: " + notRunnable);
    }
    if (function.isAttached()) {
      throw new UsageException(
          settings.hasFunctions()
              ? "Function '" + function.name() + "' has no command"
              : "There is no COMMAND to start",
          "Say what to run, for example: rapid invoke -- ./bootstrap");
    }
    return invoke(program, settings.get(Options.EVENT));
  }

  /** The Rapid at --url has another environment, but always accepts this name. */
  private String remoteName() {
    String chosen = settings.chosenFunctionName();
    return chosen == null ? FunctionIdentity.ALIAS : chosen;
  }

  private ExitCode invoke(ProgramSettings program, byte[] payload) throws UnavailableException {
    FunctionSettings function = program.functions().getFirst();
    Notices notices = new Notices(function.initTimeout(), false, false);
    EventsApi noticed = notices.ofSandbox("");
    EventsApi events =
        lifecycleEvent -> {
          noticed.emit(lifecycleEvent);
          if (lifecycleEvent instanceof LifecycleEvent.Report) {
            reported.countDown();
          }
        };
    EventsOutput records = EventsOutput.notOnStdout(settings, "the response", shell);
    Ended end;
    FunctionObserver observer =
        new FunctionObserver(FunctionLog.sharing(shell.err()), sandbox -> events, records);
    try (records;
        Rapid rapid =
            Emulation.bind(
                Emulation.builder(program, single -> observer).lazyInit(true),
                Options.LISTEN.flag())) {
      ShutdownHook hook = ShutdownHook.install(() -> end(rapid, records));
      try {
        end = invoke(rapid.function(function.name()), notices, payload);
      } finally {
        hook.remove();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.INTERNAL;
    }
    // After the function's last lines, which the end of the emulator has written.
    String verdict = verdict(end);
    if (!verdict.isEmpty()) {
      Log.error(verdict);
    }
    ExitCode code = codeOf(end);
    boolean recordsLost = records != null && records.isIncomplete();
    return responseLost || (recordsLost && code == ExitCode.SUCCESS) ? ExitCode.INTERNAL : code;
  }

  private void end(Rapid rapid, @Nullable EventsOutput records) {
    LazyRuntimes runtimes = settings.runtimes();
    try (records;
        runtimes) {
      rapid.close();
    }
  }

  private Ended invoke(EmulatedFunction function, Notices notices, byte[] payload)
      throws InterruptedException {
    CompletableFuture<Ended> ended = new CompletableFuture<>();
    Consumer<Outcome> whenEnded =
        outcome -> {
          // A runtime that reported an init error may not have ended yet.
          String failure =
              function.isInitialising() ? "the runtime reported an error" : notices.initFailure();
          ended.complete(new Ended(outcome, failure));
        };
    StreamPrinter printer = settings.get(Options.STREAM) ? new StreamPrinter(whenEnded) : null;
    Invocation invocation =
        invocation(function.description(), payload, printer == null ? whenEnded::accept : printer);
    function.invoke(invocation);
    IOException lost = printer == null ? null : printer.printTo(shell.out());
    Ended end = ended.join();
    if (lost != null) {
      Log.error("Cannot write the response to stdout: " + lost.getMessage());
    }
    responseLost = lost != null || !printBody(end.outcome(), invocation.requestId());
    boolean began =
        !(end.outcome() instanceof Outcome.Rejected
            || end.outcome() instanceof Outcome.RestoreFailed);
    if (began) {
      awaitReport(invocation.function());
    }
    return end;
  }

  private static Invocation invocation(
      FunctionDescription function, byte[] payload, ResponseSink sink) {
    FunctionIdentity identity = function.identity();
    return new Invocation(
        Identifiers.random(),
        function,
        identity.arn(),
        identity.version(),
        TraceHeader.complete(null, identity, System.currentTimeMillis()),
        null,
        null,
        Payload.of(payload),
        sink,
        sink instanceof StreamPrinter ? Invocation.UNLIMITED : Limits.MAX_RESPONSE_BYTES,
        false);
  }

  /**
   * The report follows when the runtime asks for the next invocation; the response need not wait.
   */
  private void awaitReport(FunctionDescription function) throws InterruptedException {
    Duration timeout = function.timeout();
    Duration patience = timeout.isZero() ? UNLIMITED_PATIENCE : timeout.plusSeconds(1);
    boolean unused = reported.await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private boolean printBody(Outcome outcome, String requestId) {
    Payload body =
        switch (outcome) {
          case Outcome.Returned(var payload, var contentType) -> payload;
          case Outcome.Reported(var type, var reported, var payload, var contentType) -> payload;
          case Outcome.Streamed e -> Payload.EMPTY;
          case Outcome.Failed failed -> FailurePayload.of(failed, requestId);
          case Outcome.RestoreFailed e -> Payload.EMPTY;
          case Outcome.Rejected(var rejection) -> Payload.EMPTY;
        };
    boolean printed = printBody(shell, body.toByteArray());
    body.release();
    return printed;
  }

  /**
   * Prints a response; people at a terminal get their prompt on a line of its own.
   *
   * @return false if it could not be written completely; a script must see that as a failure
   */
  static boolean printBody(Shell shell, byte[] body) {
    try {
      shell.out().write(body);
      if (body.length > 0 && body[body.length - 1] != '\n' && Shell.outIsTerminal()) {
        shell.out().write('\n');
      }
      shell.out().flush();
      return true;
    } catch (IOException e) {
      Log.error("Cannot write the response to stdout: " + e.getMessage());
      return false;
    }
  }

  private static boolean isWhole(Outcome.Streamed streamed) {
    String errorType = streamed.errorType();
    return streamed.end() == ResponseEnd.COMPLETE && (errorType == null || errorType.isEmpty());
  }

  private static ExitCode codeOf(Ended end) {
    ExitCode ofFunction =
        end.initFailure() == null ? ExitCode.FUNCTION_ERROR : ExitCode.INIT_FAILURE;
    return switch (end.outcome()) {
      case Outcome.Returned e -> ExitCode.SUCCESS;
      case Outcome.Reported e -> ofFunction;
      case Outcome.Streamed streamed ->
          isWhole(streamed) ? ExitCode.SUCCESS : ExitCode.FUNCTION_ERROR;
      case Outcome.Failed(var error, var type, var message) ->
          error == ErrorType.SANDBOX_TIMEDOUT ? ExitCode.TIMEOUT : ofFunction;
      case Outcome.RestoreFailed e -> ExitCode.INIT_FAILURE;
      case Outcome.Rejected(var rejection) ->
          switch (rejection) {
            case FUNCTION_BUSY, PROGRAM_BUSY -> ExitCode.THROTTLED;
            case SHUTTING_DOWN, CALLER_GONE -> ExitCode.INTERNAL;
          };
    };
  }

  /** Returns the failure in one line, empty if there was none. */
  private static String verdict(Ended end) {
    String initFailure = end.initFailure();
    return switch (end.outcome()) {
      case Outcome.Returned e -> "";
      case Outcome.Streamed streamed ->
          isWhole(streamed)
              ? ""
              : "the response is not complete: "
                  + Objects.requireNonNullElse(
                      streamed.errorType(), ErrorType.RUNTIME_TRUNCATED_RESPONSE.wireName());
      case Outcome.Reported(String type, var reported, var payload, var contentType) ->
          (initFailure == null ? "the function reported an error: " : "init failed: ") + type;
      case Outcome.Failed(var error, String type, String message) ->
          initFailure == null || error == ErrorType.SANDBOX_TIMEDOUT
              ? "the function failed: " + message + " (" + type + ")"
              : "init failed: " + initFailure;
      case Outcome.RestoreFailed(boolean timedOut, String message) ->
          "the restore failed: " + message;
      case Outcome.Rejected(var rejection) ->
          switch (rejection) {
            case FUNCTION_BUSY, PROGRAM_BUSY -> "the invocation was throttled";
            case SHUTTING_DOWN, CALLER_GONE -> "interrupted before the function answered";
          };
    };
  }
}
