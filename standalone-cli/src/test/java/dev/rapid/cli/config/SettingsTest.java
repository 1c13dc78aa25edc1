package dev.rapid.cli.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rapid.bootstrap.launch.FramedLog;
import dev.rapid.cli.config.value.UsageException;
import dev.rapid.core.function.LogFormat;
import dev.rapid.emulator.settings.ConcurrencySettings;
import dev.rapid.emulator.settings.FunctionSettings;
import dev.rapid.emulator.settings.HostPort;
import dev.rapid.emulator.settings.NodeRole;
import dev.rapid.emulator.settings.QueueSettings;
import dev.rapid.emulator.settings.ResponseShaping;
import dev.rapid.emulator.settings.StreamErrors;
import dev.rapid.emulator.settings.StrictRule;
import dev.rapid.emulator.settings.TelemetryMode;
import dev.rapid.emulator.settings.TotalMemory;
import dev.rapid.emulator.settings.WhenBusy;
import dev.rapid.emulator.settings.WorkerContract;
import dev.rapid.gateway.api.Route;
import dev.rapid.invokeapi.url.CorsSettings;
import dev.rapid.kapacitor.ValueType;
import dev.rapid.lambda.async.AsyncSettings;
import dev.rapid.lambda.async.Destination;
import dev.rapid.queue.store.EntryState;
import dev.rapid.queue.store.StoreSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsTest {

  /** Their tests are in {@link TemplateFileTest}. */
  private static final Set<Option<?>> OF_TEMPLATES =
      Set.of(
          ManagedOptions.TEMPLATE,
          ManagedOptions.PARAMETER,
          ManagedOptions.REFERENCE,
          ManagedOptions.BASE_DIR,
          ManagedOptions.ENV_VARS);

  @TempDir Path directory;

  /**
   * What one option accepts.
   *
   * @param get reads the option
   * @param otherwise the default; the word DIRECTORY stands for the current directory
   * @param values three values, for the file, the environment and the command line
   * @param meanings what the three values mean
   * @param bad a value that is refused, null if all are accepted
   */
  record Case(
      Option<?> option,
      Function<Settings, @Nullable Object> get,
      @Nullable Object otherwise,
      List<String> values,
      List<?> meanings,
      @Nullable String bad) {

    @Override
    public String toString() {
      return option.flag();
    }
  }

  private static @Nullable String name(@Nullable Path path) {
    return path == null ? null : String.valueOf(path.getFileName());
  }

  private static CorsSettings invokeCors(String origin) {
    return new CorsSettings(List.of(origin), List.of(), List.of(), List.of(), null, false)
        .forInvokeApi();
  }

  private static AsyncSettings asyncOf(Settings settings) {
    return settings.programToServe(message -> {}).functions().getFirst().async();
  }

  private static @Nullable String nameOf(@Nullable Destination destination) {
    return destination == null ? null : destination.name();
  }

  private static Case toggleOfAsync(Option<Boolean> option) {
    return new Case(
        option,
        settings -> settings.find(option),
        false,
        List.of("true", "true", "false"),
        List.of(true, true, false),
        "maybe");
  }

  static List<Case> cases() {
    return List.of(
        new Case(
            Options.LISTEN,
            settings -> settings.find(Options.LISTEN),
            new HostPort("127.0.0.1", 8080),
            List.of("localhost:1", "0.0.0.0:0", "[::1]:65535"),
            List.of(
                new HostPort("localhost", 1),
                new HostPort("0.0.0.0", 0),
                new HostPort("::1", 65535)),
            ":8080"),
        new Case(
            Options.ALLOWED_HOST,
            settings -> settings.find(Options.ALLOWED_HOST),
            List.of(),
            List.of("lambda.example.com", "a.example, *.b.example", "*"),
            List.of(
                List.of("lambda.example.com"), List.of("a.example", "*.b.example"), List.of("*")),
            "http://a.example"),
        new Case(
            Options.ALLOWED_ORIGIN,
            settings -> settings.find(Options.ALLOWED_ORIGIN),
            List.of(),
            List.of("https://a.example", "https://a.example,http://b.example:1", "*"),
            List.of(
                List.of("https://a.example"),
                List.of("https://a.example", "http://b.example:1"),
                List.of("*")),
            "https://a.example/"),
        new Case(
            Options.INVOKE_CORS,
            settings -> settings.find(Options.INVOKE_CORS),
            null,
            List.of(
                "{\"AllowOrigins\":[\"a\"]}",
                "{\"AllowOrigins\":[\"b\"]}",
                "{\"AllowOrigins\":[\"c\"]}"),
            List.of(invokeCors("a"), invokeCors("b"), invokeCors("c")),
            "{"),
        new Case(
            Options.STRICT,
            settings -> settings.programToServe(message -> {}).strict(),
            Set.of(),
            List.of("region", "account,tenant", "Concurrency"),
            List.of(
                Set.of(StrictRule.REGION),
                Set.of(StrictRule.ACCOUNT, StrictRule.TENANT),
                Set.of(StrictRule.CONCURRENCY)),
            "regions"),
        new Case(
            Options.RUNTIME_API_ADDRESS,
            settings -> settings.find(Options.RUNTIME_API_ADDRESS),
            null,
            List.of("a:1", "b:2", "c:3"),
            List.of(new HostPort("a", 1), new HostPort("b", 2), new HostPort("c", 3)),
            "9001"),
        new Case(
            Options.FUNCTION_NAME,
            settings -> settings.find(Options.FUNCTION_NAME),
            "function",
            List.of("a", "b-1", "C_2"),
            List.of("a", "b-1", "C_2"),
            "a b"),
        new Case(
            Options.FUNCTION_VERSION,
            settings -> settings.find(Options.FUNCTION_VERSION),
            "$LATEST",
            List.of("1", "$LATEST", "42"),
            List.of("1", "$LATEST", "42"),
            "latest"),
        new Case(
            Options.HANDLER,
            settings -> settings.find(Options.HANDLER),
            null,
            List.of("a.b", "c.d", "e::f"),
            List.of("a.b", "c.d", "e::f"),
            null),
        new Case(
            Options.TIMEOUT,
            settings -> settings.find(Options.TIMEOUT),
            Duration.ofSeconds(300),
            List.of("3", "0", "1.5"),
            List.of(Duration.ofSeconds(3), Duration.ZERO, Duration.ofMillis(1500)),
            "-1"),
        new Case(
            Options.CONCURRENCY,
            settings ->
                settings
                    .programToServe(message -> {})
                    .functions()
                    .getFirst()
                    .concurrency()
                    .sandboxes(),
            10,
            List.of("1", "0", "100"),
            List.of(1, 0, 100),
            "-1"),
        new Case(
            Options.RESERVED_CONCURRENCY,
            settings ->
                settings
                    .programToServe(message -> {})
                    .functions()
                    .getFirst()
                    .concurrency()
                    .reserved(),
            null,
            List.of("3", "0", "20"),
            List.of(3, 0, 20),
            "10001"),
        new Case(
            Options.PROVISIONED,
            settings -> settings.find(Options.PROVISIONED),
            0,
            List.of("1", "0", "10"),
            List.of(1, 0, 10),
            "all"),
        new Case(
            Options.IDLE_TIMEOUT,
            settings -> settings.find(Options.IDLE_TIMEOUT),
            null,
            List.of("60", "0", "1.5"),
            List.of(Duration.ofMinutes(1), Duration.ZERO, Duration.ofMillis(1500)),
            "never"),
        new Case(
            WorkerOptions.WORKER,
            settings -> settings.get(WorkerOptions.WORKER),
            WorkerContract.LAMBDA_RUNTIME_API,
            List.of("fn-fdk", "lambda", "fn-fdk"),
            List.of(
                WorkerContract.FN_HTTP_STREAM,
                WorkerContract.LAMBDA_RUNTIME_API,
                WorkerContract.FN_HTTP_STREAM),
            "fdk"),
        new Case(
            AzureOptions.APP_DIR,
            settings -> {
              Path path = settings.find(AzureOptions.APP_DIR);
              return path == null ? null : path.getFileName();
            },
            null,
            List.of("one", "two", "three"),
            List.of(Path.of("one"), Path.of("two"), Path.of("three")),
            "missing"),
        new Case(
            AzureOptions.WORKER_DIR,
            settings -> {
              Path path = settings.find(AzureOptions.WORKER_DIR);
              return path == null ? null : path.getFileName();
            },
            null,
            List.of("one", "two", "three"),
            List.of(Path.of("one"), Path.of("two"), Path.of("three")),
            "missing"),
        new Case(
            AzureOptions.AZURE_FUNCTION,
            settings -> settings.find(AzureOptions.AZURE_FUNCTION),
            null,
            List.of("hello", "Orders-2", "a_b"),
            List.of("hello", "Orders-2", "a_b"),
            "2nd"),
        new Case(
            KapacitorOptions.UDF_SOCKET,
            settings -> nameOf(settings.find(KapacitorOptions.UDF_SOCKET)),
            null,
            List.of("a.sock", "b.sock", "c.sock"),
            List.of("a.sock", "b.sock", "c.sock"),
            "x".repeat(108)),
        new Case(
            KapacitorOptions.UDF_OPTION,
            settings -> settings.find(KapacitorOptions.UDF_OPTION),
            List.of(),
            List.of("a=1", "b=1,2\nb=3", "c"),
            List.of(List.of("a=1"), List.of("b=1,2", "b=3"), List.of("c")),
            "=1"),
        new Case(
            KapacitorOptions.UDF_WANTS,
            settings -> settings.find(KapacitorOptions.UDF_WANTS),
            null,
            List.of("stream", "batch", "Stream"),
            List.of("stream", "batch", "Stream"),
            "points"),
        new Case(
            KapacitorOptions.UDF_PROVIDES,
            settings -> settings.find(KapacitorOptions.UDF_PROVIDES),
            null,
            List.of("stream", "batch", "Stream"),
            List.of("stream", "batch", "Stream"),
            "points"),
        new Case(
            KapacitorOptions.UDF_ACCEPTS,
            settings -> settings.find(KapacitorOptions.UDF_ACCEPTS),
            Map.of(),
            List.of("a=int", "b=string, Double\nc=bool", "d="),
            List.of(
                Map.of("a", List.of(ValueType.INT)),
                Map.of(
                    "b", List.of(ValueType.STRING, ValueType.DOUBLE), "c", List.of(ValueType.BOOL)),
                Map.of("d", List.of())),
            "a=number"),
        new Case(
            Options.WHEN_BUSY,
            settings ->
                settings
                    .programToServe(message -> {})
                    .functions()
                    .getFirst()
                    .concurrency()
                    .whenBusy(),
            WhenBusy.QUEUE,
            List.of("throttle", "queue", "Throttle"),
            List.of(WhenBusy.THROTTLE, WhenBusy.QUEUE, WhenBusy.THROTTLE),
            "wait"),
        new Case(
            Options.MAX_CONCURRENCY,
            settings ->
                settings
                    .programToServe(message -> {})
                    .functions()
                    .getFirst()
                    .concurrency()
                    .maxConcurrency(),
            1,
            List.of("2", "1", "64"),
            List.of(2, 1, 64),
            "0"),
        new Case(
            Options.REQUESTS_PER_SECOND,
            settings ->
                settings
                    .programToServe(message -> {})
                    .functions()
                    .getFirst()
                    .concurrency()
                    .requestsPerSecond(),
            null,
            List.of("1", "10", "1000000"),
            List.of(1, 10, 1_000_000),
            "0"),
        new Case(
            Options.TENANT_ISOLATION,
            settings ->
                settings
                    .programToServe(message -> {})
                    .functions()
                    .getFirst()
                    .concurrency()
                    .isolatesTenants(),
            false,
            List.of("true", "false", "true"),
            List.of(true, false, true),
            "yes"),
        new Case(
            Options.FREEZE,
            settings -> settings.find(Options.FREEZE),
            false,
            List.of("true", "false", "true"),
            List.of(true, false, true),
            "on"),
        new Case(
            Options.TOTAL_CONCURRENCY,
            settings -> settings.programToServe(message -> {}).maxRunning(),
            null,
            List.of("1", "100", "1000"),
            List.of(1, 100, 1000),
            "0"),
        new Case(
            Options.TOTAL_MEMORY,
            settings -> settings.programToServe(message -> {}).totalMemory(),
            null,
            List.of("1", "5000", "6000"),
            List.of(
                new TotalMemory(1, true), new TotalMemory(5000, true), new TotalMemory(6000, true)),
            "much"),
        new Case(
            AsyncOptions.ASYNC_ATTEMPTS,
            settings -> settings.find(AsyncOptions.ASYNC_ATTEMPTS),
            3,
            List.of("1", "2", "3"),
            List.of(1, 2, 3),
            "4"),
        new Case(
            AsyncOptions.ASYNC_RETRY_BASE,
            settings -> settings.find(AsyncOptions.ASYNC_RETRY_BASE),
            Duration.ofSeconds(60),
            List.of("0", "0.1", "300"),
            List.of(Duration.ZERO, Duration.ofMillis(100), Duration.ofSeconds(300)),
            "1m"),
        new Case(
            AsyncOptions.ASYNC_MAX_AGE,
            settings -> settings.find(AsyncOptions.ASYNC_MAX_AGE),
            Duration.ofHours(6),
            List.of("60", "3600", "21600"),
            List.of(Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofHours(6)),
            "59"),
        new Case(
            AsyncOptions.ASYNC_DRAIN,
            settings -> settings.find(AsyncOptions.ASYNC_DRAIN),
            Duration.ZERO,
            List.of("1", "0", "2.5"),
            List.of(Duration.ofSeconds(1), Duration.ZERO, Duration.ofMillis(2500)),
            "yes"),
        new Case(
            QueueOptions.STATE,
            settings -> settings.find(QueueOptions.STATE),
            null,
            List.of("dead", "Queued", "running"),
            List.of(EntryState.DEAD, EntryState.QUEUED, EntryState.RUNNING),
            "lost"),
        new Case(
            QueueOptions.REQUEST_ID,
            settings -> settings.find(QueueOptions.REQUEST_ID),
            null,
            List.of("a", "b", "c"),
            List.of("a", "b", "c"),
            null),
        new Case(
            QueueOptions.LIMIT,
            settings -> settings.find(QueueOptions.LIMIT),
            100,
            List.of("1", "2", "100000"),
            List.of(1, 2, 100_000),
            "0"),
        toggleOfAsync(QueueOptions.PAYLOAD),
        toggleOfAsync(QueueOptions.ALL),
        toggleOfAsync(QueueOptions.JSON),
        new Case(
            Options.DRAIN_DELAY,
            settings -> settings.programToServe(message -> {}).frontEnd().drainDelay(),
            null,
            List.of("1", "0", "2.5"),
            List.of(Duration.ofSeconds(1), Duration.ZERO, Duration.ofMillis(2500)),
            "yes"),
        new Case(
            AsyncOptions.DATA_DIR,
            settings -> name(settings.find(AsyncOptions.DATA_DIR)),
            null,
            List.of("a", "new/b", "/tmp/c"),
            List.of("a", "b", "c"),
            null),
        new Case(
            AsyncOptions.QUEUE_URL,
            settings -> settings.find(AsyncOptions.QUEUE_URL),
            null,
            List.of(
                "jdbc:postgresql:rapid",
                "jdbc:postgresql://a/rapid",
                "jdbc:postgresql://a,b:5433/rapid?user=me"),
            List.of(
                "jdbc:postgresql:rapid",
                "jdbc:postgresql://a/rapid",
                "jdbc:postgresql://a,b:5433/rapid?user=me"),
            "jdbc:mysql://a/rapid"),
        new Case(
            AsyncOptions.QUEUE_PASSWORD,
            settings -> settings.find(AsyncOptions.QUEUE_PASSWORD),
            null,
            List.of("secret", "with, comma", "@"),
            List.of("secret", "with, comma", "@"),
            null),
        new Case(
            AsyncOptions.ROLES,
            settings -> settings.find(AsyncOptions.ROLES),
            List.of(),
            List.of("accept", "Run", "accept, run"),
            List.of(
                List.of(NodeRole.ACCEPT),
                List.of(NodeRole.RUN),
                List.of(NodeRole.ACCEPT, NodeRole.RUN)),
            "both"),
        new Case(
            AsyncOptions.TIME_SCALE,
            settings -> settings.programToServe(message -> {}).queue().timeScale(),
            1,
            List.of("60", "1", "100000"),
            List.of(60, 1, 100_000),
            "0"),
        new Case(
            AsyncOptions.ASYNC_ON_SUCCESS,
            settings -> nameOf(asyncOf(settings).onSuccess()),
            null,
            List.of(
                "function:function:live", "https://a/b", "arn:aws:sqs:eu-west-1:012345678912:q"),
            List.of(
                "arn:aws:lambda:us-east-1:000000000000:function:function:live",
                "https://a/b",
                "arn:aws:sqs:eu-west-1:012345678912:q"),
            "s3://bucket"),
        new Case(
            AsyncOptions.ASYNC_ON_FAILURE,
            settings -> nameOf(asyncOf(settings).onFailure()),
            null,
            List.of(
                "function:function:live", "https://a/b", "arn:aws:sqs:eu-west-1:012345678912:q"),
            List.of(
                "arn:aws:lambda:us-east-1:000000000000:function:function:live",
                "https://a/b",
                "arn:aws:sqs:eu-west-1:012345678912:q"),
            "arn:aws:s3:::bucket"),
        new Case(
            AsyncOptions.ASYNC_DEAD_LETTERS,
            settings -> nameOf(asyncOf(settings).deadLetters()),
            null,
            List.of(
                "function:function:live", "https://a/b", "arn:aws:sqs:eu-west-1:012345678912:q"),
            List.of(
                "arn:aws:lambda:us-east-1:000000000000:function:function:live",
                "https://a/b",
                "arn:aws:sqs:eu-west-1:012345678912:q"),
            "arn:aws:events:us-east-1:012345678912:event-bus/b"),
        new Case(
            AsyncOptions.ASYNC_HOOK_SECRET,
            settings -> settings.find(AsyncOptions.ASYNC_HOOK_SECRET),
            null,
            List.of("whsec_c2VjcmV0", "any text", "x"),
            List.of("whsec_c2VjcmV0", "any text", "x"),
            null),
        new Case(
            Options.INIT_TIMEOUT,
            settings -> settings.programToServe(message -> {}).functions().getFirst().initTimeout(),
            Duration.ofSeconds(10),
            List.of("3", "0", "0.25"),
            List.of(Duration.ofSeconds(3), Duration.ZERO, Duration.ofMillis(250)),
            "ten"),
        new Case(
            Options.FRAMED_LOG,
            settings -> settings.find(Options.FRAMED_LOG),
            FramedLog.AUTO,
            List.of("on", "off", "AUTO"),
            List.of(FramedLog.ON, FramedLog.OFF, FramedLog.AUTO),
            "8"),
        new Case(
            Options.TELEMETRY,
            settings -> settings.find(Options.TELEMETRY),
            TelemetryMode.ON,
            List.of("stub", "on", "stub"),
            List.of(TelemetryMode.STUB, TelemetryMode.ON, TelemetryMode.STUB),
            "off"),
        new Case(
            Options.EVENTS,
            settings -> settings.find(Options.EVENTS),
            null,
            List.of("one", "-", "three"),
            List.of("one", "-", "three"),
            null),
        new Case(
            Options.EXTENSIONS_DIR,
            settings -> {
              Path path = settings.find(Options.EXTENSIONS_DIR);
              return path == null ? null : path.getFileName();
            },
            null,
            List.of("one", "two", "three"),
            List.of(Path.of("one"), Path.of("two"), Path.of("three")),
            "missing"),
        new Case(
            Options.SNAPSTART,
            settings ->
                settings.programToServe(message -> {}).functions().getFirst().sandbox().snapStart(),
            false,
            List.of("true", "false", "TRUE"),
            List.of(true, false, true),
            "yes"),
        new Case(
            Options.RESTORE_TIMEOUT,
            settings -> settings.find(Options.RESTORE_TIMEOUT),
            Duration.ofSeconds(10),
            List.of("3", "0", "0.25"),
            List.of(Duration.ofSeconds(3), Duration.ZERO, Duration.ofMillis(250)),
            "ten"),
        new Case(
            Options.SHUTDOWN_GRACE,
            settings -> settings.find(Options.SHUTDOWN_GRACE),
            Duration.ZERO,
            List.of("3", "1", "0.25"),
            List.of(Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofMillis(250)),
            "-1"),
        new Case(
            Options.CONTROL_API,
            settings -> settings.programToServe(message -> {}).listeners().controlApi() != null,
            false,
            List.of("true", "false", "TRUE"),
            List.of(true, false, true),
            "yes"),
        new Case(
            Options.CONTROL_API_ADDRESS,
            settings -> settings.find(Options.CONTROL_API_ADDRESS),
            new HostPort("127.0.0.1", 8081),
            List.of("localhost:1", "0.0.0.0:0", "[::1]:65535"),
            List.of(
                new HostPort("localhost", 1),
                new HostPort("0.0.0.0", 0),
                new HostPort("::1", 65535)),
            ":8081"),
        new Case(
            Options.MEMORY,
            settings -> settings.find(Options.MEMORY),
            3008,
            List.of("1", "128", "10240"),
            List.of(1, 128, 10240),
            "0"),
        new Case(
            Options.ENV,
            settings -> settings.programToServe(message -> {}).functions().getFirst().variables(),
            Map.of(),
            List.of("A=1", "A=2", "A=x=y"),
            List.of(Map.of("A", "1"), Map.of("A", "2"), Map.of("A", "x=y")),
            "A"),
        new Case(
            Options.ENV_FILE,
            settings -> settings.programToServe(message -> {}).functions().getFirst().variables(),
            Map.of(),
            List.of("one.env", "two.env", "three.env"),
            List.of(Map.of("N", "1"), Map.of("N", "2"), Map.of("N", "3")),
            "missing.env"),
        new Case(
            Options.CWD,
            settings ->
                settings
                    .programToServe(message -> {})
                    .functions()
                    .getFirst()
                    .directory()
                    .getFileName(),
            "DIRECTORY",
            List.of("one", "two", "three"),
            List.of(Path.of("one"), Path.of("two"), Path.of("three")),
            "missing"),
        new Case(
            Options.LOG_LEVEL,
            settings -> settings.find(Options.LOG_LEVEL),
            LogLevel.INFO,
            List.of("error", "warn", "TRACE"),
            List.of(LogLevel.ERROR, LogLevel.WARN, LogLevel.TRACE),
            "loud"),
        new Case(
            Options.LOG_FORMAT,
            settings -> settings.find(Options.LOG_FORMAT),
            LogFormat.TEXT,
            List.of("json", "text", "JSON"),
            List.of(LogFormat.JSON, LogFormat.TEXT, LogFormat.JSON),
            "xml"),
        new Case(
            Options.REGION,
            settings -> settings.programToServe(message -> {}).functions().getFirst().region(),
            "us-east-1",
            List.of("eu-west-1", "eu-west-2", "us-gov-east-1"),
            List.of("eu-west-1", "eu-west-2", "us-gov-east-1"),
            "EU"),
        new Case(
            Options.ACCOUNT_ID,
            settings -> settings.find(Options.ACCOUNT_ID),
            "000000000000",
            List.of("111111111111", "222222222222", "333333333333"),
            List.of("111111111111", "222222222222", "333333333333"),
            "123"),
        new Case(
            Options.LAZY_INIT,
            settings -> settings.find(Options.LAZY_INIT),
            false,
            List.of("true", "false", "true"),
            List.of(true, false, true),
            "maybe"),
        new Case(
            Options.RESPONSE_SHAPING,
            settings -> settings.find(Options.RESPONSE_SHAPING),
            ResponseShaping.ON,
            List.of("off", "on", "OFF"),
            List.of(ResponseShaping.OFF, ResponseShaping.ON, ResponseShaping.OFF),
            "slow"),
        new Case(
            Options.STREAM_ERRORS,
            settings -> settings.find(Options.STREAM_ERRORS),
            StreamErrors.REPORT,
            List.of("aws", "report", "AWS"),
            List.of(StreamErrors.AWS, StreamErrors.REPORT, StreamErrors.AWS),
            "none"),
        new Case(
            Options.FUNCTION_URL_MODE,
            settings -> settings.find(Options.FUNCTION_URL_MODE),
            UrlInvokeMode.BUFFERED,
            List.of("response_stream", "buffered", "RESPONSE_STREAM"),
            List.of(
                UrlInvokeMode.RESPONSE_STREAM,
                UrlInvokeMode.BUFFERED,
                UrlInvokeMode.RESPONSE_STREAM),
            "streaming"),
        new Case(
            Options.FUNCTION_URL_AUTH,
            settings -> settings.find(Options.FUNCTION_URL_AUTH),
            UrlAuthType.NONE,
            List.of("aws_iam", "none", "AWS_IAM"),
            List.of(UrlAuthType.AWS_IAM, UrlAuthType.NONE, UrlAuthType.AWS_IAM),
            "basic"),
        new Case(
            Options.FUNCTION_URL_CORS,
            settings -> {
              CorsSettings cors = settings.find(Options.FUNCTION_URL_CORS);
              return cors == null ? null : cors.allowOrigins();
            },
            null,
            List.of(
                "{\"AllowOrigins\":[\"*\"]}",
                "{}",
                "{\"AllowOrigins\":[\"http://a\",\"http://b\"],\"MaxAge\":5}"),
            List.of(List.of("*"), List.of(), List.of("http://a", "http://b")),
            "{\"AllowOrigin\":[]}"),
        new Case(
            Options.FUNCTION_URL_ADDRESS,
            settings -> settings.find(Options.FUNCTION_URL_ADDRESS),
            null,
            List.of("localhost:1", "0.0.0.0:0", "[::1]:65535"),
            List.of(
                new HostPort("localhost", 1),
                new HostPort("0.0.0.0", 0),
                new HostPort("::1", 65535)),
            ":8081"),
        new Case(
            Options.STREAM,
            settings -> settings.find(Options.STREAM),
            false,
            List.of("true", "false", "true"),
            List.of(true, false, true),
            "maybe"),
        new Case(
            Options.EVENT,
            settings -> new String(settings.get(Options.EVENT), UTF_8),
            "{}",
            List.of("1", "@event.json", "-"),
            List.of("1", "{\"from\":\"file\"}", "{\"from\":\"stdin\"}"),
            "{]"),
        new Case(
            Options.URL,
            settings -> settings.find(Options.URL),
            null,
            List.of("http://a", "https://b:1", "http://c/d"),
            List.of(URI.create("http://a"), URI.create("https://b:1"), URI.create("http://c/d")),
            "127.0.0.1:8080"),
        new Case(
            ManagedOptions.RUNTIME,
            settings -> settings.find(ManagedOptions.RUNTIME),
            null,
            List.of("python3.13", "nodejs22.x", "java21"),
            List.of("python3.13", "nodejs22.x", "java21"),
            "Python 3"),
        new Case(
            ManagedOptions.CODE,
            settings -> nameOf(settings.find(ManagedOptions.CODE)),
            null,
            List.of("one", "two", "code.zip"),
            List.of("one", "two", "code.zip"),
            "nowhere"),
        new Case(
            ManagedOptions.LAYERS,
            settings ->
                settings.get(ManagedOptions.LAYERS).stream().map(SettingsTest::nameOf).toList(),
            List.of(),
            List.of("one", "one,two", "code.zip, three"),
            List.of(List.of("one"), List.of("one", "two"), List.of("code.zip", "three")),
            "event.json"),
        new Case(
            ManagedOptions.RUNTIMES,
            settings -> settings.get(ManagedOptions.RUNTIMES),
            Map.of(),
            List.of("python3.13=/p", "a=b c\nd='e f'", "a=b"),
            List.of(
                Map.of("python3.13", List.of("/p")),
                Map.of("a", List.of("b", "c"), "d", List.of("e f")),
                Map.of("a", List.of("b"))),
            "python3.13"),
        new Case(
            ManagedOptions.ENDPOINTS,
            settings -> settings.get(ManagedOptions.ENDPOINTS),
            Map.of(),
            List.of("all=http://a:1", "sqs=http://b\nsns=https://c", "s3=http://d/e"),
            List.of(
                Map.of("all", "http://a:1"),
                Map.of("sqs", "http://b", "sns", "https://c"),
                Map.of("s3", "http://d/e")),
            "sqs=localhost"),
        new Case(
            ManagedOptions.LOG_GROUP,
            settings -> settings.find(ManagedOptions.LOG_GROUP),
            null,
            List.of("/a", "/b", "/c"),
            List.of("/a", "/b", "/c"),
            null),
        new Case(
            ManagedOptions.APPLICATION_LOG_LEVEL,
            settings -> settings.find(ManagedOptions.APPLICATION_LOG_LEVEL),
            null,
            List.of("debug", "INFO", "Warn"),
            List.of(ApplicationLogLevel.DEBUG, ApplicationLogLevel.INFO, ApplicationLogLevel.WARN),
            "loud"),
        new Case(
            ManagedOptions.SYSTEM_LOG_LEVEL,
            settings -> settings.find(ManagedOptions.SYSTEM_LOG_LEVEL),
            null,
            List.of("debug", "INFO", "Warn"),
            List.of(ApplicationLogLevel.DEBUG, ApplicationLogLevel.INFO, ApplicationLogLevel.WARN),
            "loud"),
        new Case(
            ManagedOptions.FUNCTION_URL_QUALIFIER,
            settings -> settings.find(ManagedOptions.FUNCTION_URL_QUALIFIER),
            null,
            List.of("a", "b", "c"),
            List.of("a", "b", "c"),
            null),
        new Case(
            ApiOptions.API_ADDRESS,
            settings -> settings.find(ApiOptions.API_ADDRESS),
            new HostPort("127.0.0.1", 3000),
            List.of("localhost:1", "0.0.0.0:0", "[::1]:65535"),
            List.of(
                new HostPort("localhost", 1),
                new HostPort("0.0.0.0", 0),
                new HostPort("::1", 65535)),
            ":3000"),
        new Case(
            ApiOptions.ROUTES,
            settings ->
                settings.programToServe(message -> {}).apis().stream()
                    .flatMap(api -> api.routes().stream())
                    .map(Route::key)
                    .toList(),
            List.of(),
            List.of("/a=function", "GET /b=function", "GET /c=function\npost /d/{id}=function"),
            List.of(List.of("ANY /a"), List.of("GET /b"), List.of("GET /c", "POST /d/{id}")),
            "GET=function"),
        new Case(
            ApiOptions.WATCH,
            settings -> settings.find(ApiOptions.WATCH),
            null,
            List.of("true", "false", "true"),
            List.of(true, false, true),
            "maybe"),
        new Case(
            ApiOptions.WATCH_IGNORE,
            settings -> settings.find(ApiOptions.WATCH_IGNORE),
            List.of(),
            List.of("*.log", "a, b", "*.tmp,c"),
            List.of(List.of("*.log"), List.of("a", "b"), List.of("*.tmp", "c")),
            null),
        new Case(
            Options.CONFIG,
            settings -> settings.find(Options.MEMORY),
            3008,
            // A file cannot name another one, so the first value is not tried.
            List.of("", "two.yaml", "three.properties"),
            List.of(3008, 2, 3),
            "missing.yaml"));
  }

  private static @Nullable String nameOf(@Nullable Path path) {
    return path == null ? null : String.valueOf(path.getFileName());
  }

  private void writeFiles() throws IOException {
    Files.createFile(directory.resolve("code.zip"));
    Files.writeString(directory.resolve("one.env"), "N=1\n");
    Files.writeString(directory.resolve("two.env"), "# comment\n\nN=2");
    Files.writeString(directory.resolve("three.env"), "N=3\r\n");
    Files.writeString(directory.resolve("event.json"), "{\"from\":\"file\"}");
    Files.writeString(directory.resolve("two.yaml"), "memory: 2\n");
    Files.writeString(directory.resolve("three.properties"), "memory=3\n");
    for (String name : List.of("one", "two", "three")) {
      Files.createDirectories(directory.resolve(name));
    }
  }

  @Test
  void every_option_has_a_case() {
    Set<Option<?>> covered = new HashSet<>(OF_TEMPLATES);
    cases().forEach(c -> covered.add(c.option()));

    assertThat(covered).isEqualTo(Set.copyOf(Options.all()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void the_command_line_beats_the_environment_which_beats_the_file_which_beats_the_default(Case c)
      throws IOException {
    writeFiles();
    boolean inFile = c.option().isOfFile();
    Map<Option<?>, String> none = Map.of();
    Map<String, String> variable = Map.of(c.option().variable(), c.values().get(1));
    Map<String, String> file = inFile ? Map.of(c.option().key(), c.values().get(0)) : Map.of();

    Object otherwise = "DIRECTORY".equals(c.otherwise()) ? directory.getFileName() : c.otherwise();
    assertThat(c.get().apply(settings(none, Map.of(), Map.of()))).isEqualTo(otherwise);
    assertThat(c.get().apply(settings(none, Map.of(), file)))
        .isEqualTo(inFile || c.option() == Options.CONFIG ? c.meanings().get(0) : otherwise);
    assertThat(c.get().apply(settings(none, variable, file))).isEqualTo(c.meanings().get(1));
    assertThat(c.get().apply(settings(Map.of(c.option(), c.values().get(2)), variable, file)))
        .isEqualTo(c.meanings().get(2));
  }

  static Stream<Case> casesWithBadValues() {
    return cases().stream().filter(c -> c.bad() != null);
  }

  @ParameterizedTest
  @MethodSource("casesWithBadValues")
  void a_bad_value_is_refused_and_the_message_says_where_it_came_from(Case c) throws IOException {
    String bad = String.valueOf(c.bad());
    Option<?> option = c.option();
    assertThatThrownBy(() -> c.get().apply(settings(Map.of(option, bad), Map.of(), Map.of())))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(
            option == Options.ENV
                ? "--env: it is not NAME=VALUE"
                : option == Options.EVENT ? "--event: it is not JSON: " : bad);
    assertThatThrownBy(
            () -> c.get().apply(settings(Map.of(), Map.of(option.variable(), bad), Map.of())))
        .isInstanceOf(UsageException.class)
        .message()
        .satisfiesAnyOf(
            message -> assertThat(message).contains(option.variable()),
            message -> assertThat(message).contains("Cannot read " + bad));
    if (option.isOfFile()) {
      assertThatThrownBy(
              () -> c.get().apply(settings(Map.of(), Map.of(), Map.of(option.key(), bad))))
          .isInstanceOf(UsageException.class)
          .message()
          .satisfiesAnyOf(
              message -> assertThat(message).contains("'" + option.key() + "' in "),
              message -> assertThat(message).contains("Cannot read " + bad));
    }
  }

  @Test
  void the_message_about_a_bad_value_is_a_sentence() {
    Settings settings =
        new Settings(
            Arguments.NONE,
            context(directory, Map.of("RAPID_TIMEOUT", "soon"), ""),
            new LazyRuntimes(Map.of()));

    assertThatThrownBy(() -> settings.get(Options.TIMEOUT))
        .hasMessage(
            "Invalid value for --timeout: 'soon' is not a number of seconds"
                + " (from the environment variable RAPID_TIMEOUT)");
  }

  @Test
  void variables_of_all_places_come_together_by_name() throws IOException {
    Files.writeString(directory.resolve("f.env"), "A=file\nB=file\nC=file\nD=file");
    Files.writeString(
        directory.resolve("c.yaml"), "env-file: f.env\nenv:\n  B: config\n  C: config\n");
    Map<Option<?>, List<String>> flags = new HashMap<>();
    flags.put(Options.CONFIG, List.of("c.yaml"));
    flags.put(Options.ENV, List.of("D=flag", "E=flag"));

    Settings settings =
        new Settings(
            new Arguments(flags, List.of(), false),
            context(directory, Map.of("RAPID_ENV", "C=env\nE=env"), ""),
            new LazyRuntimes(Map.of()));

    assertThat(settings.programToServe(message -> {}).functions().getFirst().variables())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("A", "file", "B", "config", "C", "env", "D", "flag", "E", "flag"));
  }

  @Test
  void a_secret_in_a_malformed_variable_is_not_repeated() {
    assertThatThrownBy(() ->
            settings(Map.of(Options.ENV, "hunter2"), Map.of(), Map.of())
                .programToServe(message -> {})
                .functions()
                .getFirst()
                .variables())
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void a_file_is_no_directory_for_data() throws IOException {
    Files.writeString(directory.resolve("file"), "");

    assertThatThrownBy(() ->
            settings(Map.of(AsyncOptions.DATA_DIR, "file"), Map.of(), Map.of())
                .programToServe(message -> {}))
        .hasMessage("Invalid value for --data-dir: 'file' is not a directory");
  }

  @Test
  void a_password_in_the_url_of_a_database_is_refused_and_not_repeated() {
    String url = "jdbc:postgresql://db/rapid?user=me&Password=hunter2";

    assertThatThrownBy(() ->
            settings(Map.of(), Map.of("RAPID_QUEUE_URL", url), Map.of())
                .programToServe(message -> {}))
        .hasMessage(
            "Invalid value for --queue-url: it has a password, which logs would show; put it into"
                + " the environment variable RAPID_QUEUE_PASSWORD (from the environment variable"
                + " RAPID_QUEUE_URL)");
  }

  @Test
  void the_settings_of_a_database_do_not_show_its_password() throws IOException {
    QueueSettings queue =
        settings(
                Map.of(),
                Map.of("RAPID_QUEUE_PASSWORD", "hunter2"),
                Map.of("queue-url", "jdbc:postgresql:rapid"))
            .programToServe(message -> {})
            .queue();

    assertThat(queue.store())
        .isEqualTo(new StoreSettings.InDatabase("jdbc:postgresql:rapid", "hunter2"));
    assertThat(queue.toString()).contains("jdbc:postgresql:rapid").doesNotContain("hunter2");
  }

  @Test
  void a_node_with_a_database_may_have_one_role() throws IOException {
    Map<String, String> worker = Map.of("roles", "run", "queue-url", "jdbc:postgresql:rapid");

    assertThat(settings(Map.of(), Map.of(), worker).programToServe(message -> {}).queue().roles())
        .containsExactly(NodeRole.RUN);
  }

  @Test
  void a_queue_has_all_roles_and_is_in_memory_unless_options_say_otherwise() throws IOException {
    assertThat(settings(Map.of(), Map.of(), Map.of()).programToServe(message -> {}).queue())
        .isEqualTo(QueueSettings.DEFAULT);
  }

  @Test
  void an_empty_environment_variable_counts_as_none() throws IOException {
    assertThat(settings(Map.of(), Map.of("RAPID_MEMORY", ""), Map.of()).get(Options.MEMORY))
        .isEqualTo(3008);
  }

  @Test
  void variables_of_a_function_count_before_the_default_and_after_all_else() throws IOException {
    Map<String, String> function =
        Map.of(
            "AWS_LAMBDA_FUNCTION_NAME", "orders",
            "AWS_LAMBDA_FUNCTION_VERSION", "7",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512",
            "AWS_LAMBDA_FUNCTION_HANDLER", "app.handler",
            "_HANDLER", "other.handler");

    Settings alone = settings(Map.of(), function, Map.of());
    assertThat(alone.get(Options.FUNCTION_NAME)).isEqualTo("orders");
    assertThat(alone.get(Options.FUNCTION_VERSION)).isEqualTo("7");
    assertThat(alone.get(Options.MEMORY)).isEqualTo(512);
    assertThat(alone.get(Options.HANDLER)).isEqualTo("app.handler");
    Settings beaten =
        settings(
            Map.of(Options.FUNCTION_NAME, "flag"),
            with(function, "RAPID_FUNCTION_VERSION", "8"),
            Map.of("memory", "128", "handler", "file.handler"));
    assertThat(beaten.get(Options.FUNCTION_NAME)).isEqualTo("flag");
    assertThat(beaten.get(Options.FUNCTION_VERSION)).isEqualTo("8");
    assertThat(beaten.get(Options.MEMORY)).isEqualTo(128);
    assertThat(beaten.get(Options.HANDLER)).isEqualTo("file.handler");
    assertThat(settings(Map.of(), Map.of("_HANDLER", "a.b"), Map.of()).get(Options.HANDLER))
        .isEqualTo("a.b");
  }

  @Test
  void a_bad_variable_of_a_function_is_named() {
    assertThatThrownBy(() ->
            settings(Map.of(), Map.of("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "much"), Map.of())
                .get(Options.MEMORY))
        .hasMessage(
            "Invalid value for --memory: 'much' is not a number of megabytes (from the environment"
                + " variable AWS_LAMBDA_FUNCTION_MEMORY_SIZE)");
  }

  @Test
  void only_a_name_that_was_chosen_for_rapid_counts_for_another_rapid() throws IOException {
    Map<String, String> function = Map.of("AWS_LAMBDA_FUNCTION_NAME", "orders");

    assertThat(settings(Map.of(), function, Map.of()).chosenFunctionName()).isNull();
    assertThat(
            settings(Map.of(Options.FUNCTION_NAME, "flag"), function, Map.of())
                .chosenFunctionName())
        .isEqualTo("flag");
  }

  private static Map<String, String> with(Map<String, String> map, String name, String value) {
    Map<String, String> more = new HashMap<>(map);
    more.put(name, value);
    return more;
  }

  @Test
  void the_region_of_the_environment_counts_before_the_usual_one() throws IOException {
    assertThat(
            settings(Map.of(), Map.of("AWS_REGION", "eu-north-1"), Map.of())
                .programToServe(message -> {})
                .functions()
                .getFirst()
                .region())
        .isEqualTo("eu-north-1");
    assertThat(
            settings(Map.of(), Map.of("AWS_DEFAULT_REGION", "eu-south-1"), Map.of())
                .programToServe(message -> {})
                .functions()
                .getFirst()
                .region())
        .isEqualTo("eu-south-1");
  }

  @Test
  void an_event_may_begin_with_the_mark_that_some_editors_write() throws IOException {
    Files.writeString(directory.resolve("marked"), "\uFEFF{\"a\":1}");

    assertThat(settings(Map.of(Options.EVENT, "@marked"), Map.of(), Map.of()).get(Options.EVENT))
        .asString(UTF_8)
        .isEqualTo("{\"a\":1}");
  }

  @Test
  void an_empty_event_is_an_empty_object() throws IOException {
    Files.writeString(directory.resolve("empty"), "");

    assertThat(settings(Map.of(Options.EVENT, "@empty"), Map.of(), Map.of()).get(Options.EVENT))
        .asString(UTF_8)
        .isEqualTo("{}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "127.0.0.1        | has no port; write HOST:PORT",
        "127.0.0.1:       | has no port number after the last colon",
        "127.0.0.1:http   | has no port number after the last colon",
        "127.0.0.1:65536  | has a port above 65535",
        "::1:80           | has too many colons; write [IPV6]:PORT",
      })
  void an_address_that_is_none_is_explained(String text, String why) {
    assertThatThrownBy(() -> HostPort.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(why);
  }

  private static ProcessContext context(
      Path directory, Map<String, String> environment, String stdin) {
    return new ProcessContext(
        environment, directory, new ByteArrayInputStream(stdin.getBytes(UTF_8)));
  }

  private Settings settings(
      Map<Option<?>, String> flags, Map<String, String> environment, Map<String, String> file)
      throws IOException {
    Map<Option<?>, List<String>> all = new HashMap<>();
    flags.forEach((option, value) -> all.put(option, List.of(value)));
    if (!file.isEmpty()) {
      StringBuilder text = new StringBuilder();
      file.forEach((key, value) -> text.append(key).append(": '").append(value).append("'\n"));
      Files.writeString(directory.resolve("test.yaml"), text);
      all.put(Options.CONFIG, List.of("test.yaml"));
    }
    return new Settings(
        new Arguments(all, List.of(), false),
        context(directory, environment, "{\"from\":\"stdin\"}"),
        new LazyRuntimes(Map.of()));
  }

  @Test
  void an_environment_that_asks_for_snapstart_gets_it_unless_the_option_says_otherwise()
      throws IOException {
    Map<String, String> asking = Map.of("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");
    Map<Option<?>, String> variable =
        Map.of(Options.ENV, "AWS_LAMBDA_INITIALIZATION_TYPE=snap-start");
    Map<Option<?>, String> off = Map.of(Options.SNAPSTART, "false");

    assertThat(
            settings(Map.of(), asking, Map.of())
                .programToServe(message -> {})
                .functions()
                .getFirst()
                .sandbox()
                .snapStart())
        .isTrue();
    assertThat(
            settings(variable, Map.of(), Map.of())
                .programToServe(message -> {})
                .functions()
                .getFirst()
                .sandbox()
                .snapStart())
        .isTrue();
    assertThat(
            settings(off, asking, Map.of())
                .programToServe(message -> {})
                .functions()
                .getFirst()
                .sandbox()
                .snapStart())
        .isFalse();
    assertThat(
            settings(Map.of(), asking, Map.of("snapstart", "false"))
                .programToServe(message -> {})
                .functions()
                .getFirst()
                .sandbox()
                .snapStart())
        .isFalse();
    assertThat(
            settings(Map.of(), Map.of("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"), Map.of())
                .programToServe(message -> {})
                .functions()
                .getFirst()
                .sandbox()
                .snapStart())
        .isFalse();
  }

  @Test
  void the_function_s_environment_says_how_many_invocations_its_runtime_runs_at_once()
      throws IOException {
    Map<String, String> inherited = Map.of("AWS_LAMBDA_MAX_CONCURRENCY", "4");
    Map<Option<?>, String> own = Map.of(Options.ENV, "AWS_LAMBDA_MAX_CONCURRENCY=8");
    Map<String, String> file = Map.of("max-concurrency", "2");

    assertThat(maxConcurrency(settings(Map.of(), inherited, Map.of()))).isEqualTo(4);
    assertThat(maxConcurrency(settings(own, inherited, Map.of()))).isEqualTo(8);
    assertThat(maxConcurrency(settings(own, inherited, file))).isEqualTo(2);
    assertThatThrownBy(() ->
            settings(Map.of(Options.ENV, "AWS_LAMBDA_MAX_CONCURRENCY=many"), Map.of(), Map.of())
                .programToServe(message -> {})
                .functions()
                .getFirst())
        .hasMessage(
            "Invalid value for --max-concurrency: 'many' is not a number from 1 to 10000"
                + " (from AWS_LAMBDA_MAX_CONCURRENCY of the function's environment)");
  }

  @ParameterizedTest
  @CsvSource({"3, 130", "200, 200", "1000, 900", "0, 900"})
  void the_init_of_a_runtime_that_invocations_share_has_as_long_as_in_the_cloud(
      String timeout, int seconds) throws IOException {
    Map<String, String> shared = Map.of("AWS_LAMBDA_MAX_CONCURRENCY", "4");
    Map<Option<?>, String> chosen = Map.of(Options.TIMEOUT, timeout, Options.INIT_TIMEOUT, "4");

    assertThat(
            settings(Map.of(Options.TIMEOUT, timeout), shared, Map.of())
                .programToServe(message -> {})
                .functions()
                .getFirst()
                .initTimeout())
        .isEqualTo(Duration.ofSeconds(seconds));
    assertThat(
            settings(chosen, shared, Map.of())
                .programToServe(message -> {})
                .functions()
                .getFirst()
                .initTimeout())
        .isEqualTo(Duration.ofSeconds(4));
  }

  private static int maxConcurrency(Settings settings) {
    return settings
        .programToServe(message -> {})
        .functions()
        .getFirst()
        .concurrency()
        .maxConcurrency();
  }

  @Test
  void a_function_has_as_many_sandboxes_as_its_reservation_needs() throws IOException {
    Map<String, String> reserved = Map.of("reserved-concurrency", "20");
    Map<String, String> shared = Map.of("reserved-concurrency", "20", "max-concurrency", "8");

    assertThat(
            settings(Map.of(), Map.of(), reserved)
                .programToServe(message -> {})
                .functions()
                .getFirst()
                .concurrency()
                .sandboxes())
        .isEqualTo(20);
    assertThat(
            settings(Map.of(), Map.of(), shared)
                .programToServe(message -> {})
                .functions()
                .getFirst()
                .concurrency()
                .sandboxes())
        .isEqualTo(3);
  }

  @Test
  void the_older_name_of_throttling_works_still() throws IOException {
    Map<String, String> strict = Map.of("strict", "concurrency");

    assertThat(
            settings(Map.of(), Map.of(), strict)
                .programToServe(message -> {})
                .functions()
                .getFirst()
                .concurrency()
                .whenBusy())
        .isEqualTo(WhenBusy.THROTTLE);
  }

  @Test
  void one_invocation_needs_one_sandbox() throws IOException {
    Map<String, String> fleet = Map.of("concurrency", "8", "provisioned", "2", "freeze", "true");

    assertThat(settings(Map.of(), Map.of(), fleet).programToInvoke(message -> {}).functions())
        .singleElement()
        .extracting(FunctionSettings::concurrency)
        .isEqualTo(ConcurrencySettings.DEFAULT.withOneSandbox());
  }

  @Test
  void sandboxes_that_the_user_starts_are_not_provisioned_or_ended() throws IOException {
    Map<String, String> fleet = Map.of("provisioned", "2", "idle-timeout", "0");

    assertThat(
            settings(Map.of(), Map.of(), fleet)
                .programToServe(message -> {})
                .functions()
                .getFirst()
                .concurrency())
        .isEqualTo(ConcurrencySettings.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          provisioned=4 concurrency=3 | provisioned | '4' is more than --concurrency 3
          provisioned=11 | provisioned | '11' is more than the default of --concurrency, 10
          provisioned=4 reserved-concurrency=3 | provisioned | '4' is more than --reserved-concurrency 3
          provisioned=1 tenant-isolation=true | provisioned | '1' does not go together with --tenant-isolation, as in the cloud
          provisioned=1 snapstart=true | provisioned | '1' does not go together with SnapStart, as in the cloud
          provisioned=1 control-api=true | provisioned | '1' does not go together with --control-api, whose client starts the sandbox
          reserved-concurrency=9 concurrency=8 | reserved-concurrency | '9' is more than --concurrency 8 can run
          reserved-concurrency=9 concurrency=2 max-concurrency=4 | reserved-concurrency | '9' is more than --concurrency 2 with 4 invocations each can run
          max-concurrency=2 snapstart=true | max-concurrency | '2' does not go together with SnapStart, whose sandboxes run one invocation
          max-concurrency=2 control-api=true | max-concurrency | '2' does not go together with --control-api, whose client drives one invocation at a time
          freeze=true | freeze | 'true' does not go together with a runtime that you start: Rapid cannot stop it
          tenant-isolation=true snapstart=true | tenant-isolation | 'true' does not go together with SnapStart, as in the cloud
          when-busy=queue strict=concurrency | when-busy | 'queue' contradicts --strict concurrency
          data-dir=new queue-url=jdbc:postgresql:rapid | data-dir | 'new' does not go together with --queue-url: events are in one place
          roles=accept | roles | 'accept' needs --queue-url, where other Rapids do the rest
          roles=run data-dir=new | roles | 'run' needs --queue-url, where other Rapids do the rest
          total-concurrency=2 reserved-concurrency=3 | total-concurrency | '2' is less than what is reserved (--reserved-concurrency), 3
          """)
  void options_that_exclude_each_other_are_refused_once_and_with_their_origin(
      String file, String option, String why) {
    Map<String, String> entries = new LinkedHashMap<>();
    Stream.of(file.split(" ", -1))
        .map(entry -> entry.split("=", -1))
        .forEach(entry -> entries.put(entry[0], entry[1]));

    assertThatThrownBy(() -> settings(Map.of(), Map.of(), entries).programToServe(message -> {}))
        .isInstanceOf(UsageException.class)
        .message()
        .startsWith("Invalid value for --" + option + ": " + why + " (from '" + option + "' in ")
        .contains("test.yaml:");
  }

  @Test
  void with_snapstart_the_first_init_has_as_long_as_in_the_cloud() throws IOException {
    Map<Option<?>, String> snapStart = Map.of(Options.SNAPSTART, "true");
    Map<Option<?>, String> longer = Map.of(Options.SNAPSTART, "true", Options.TIMEOUT, "200");
    Map<Option<?>, String> unlimited = Map.of(Options.SNAPSTART, "true", Options.TIMEOUT, "0");
    Map<Option<?>, String> chosen = Map.of(Options.SNAPSTART, "true", Options.INIT_TIMEOUT, "4");
    Map<Option<?>, String> shorter = Map.of(Options.SNAPSTART, "true", Options.TIMEOUT, "3");

    assertThat(
            settings(snapStart, Map.of(), Map.of())
                .programToServe(message -> {})
                .functions()
                .getFirst()
                .initTimeout())
        .isEqualTo(Duration.ofMinutes(5));
    assertThat(
            settings(longer, Map.of(), Map.of())
                .programToServe(message -> {})
                .functions()
                .getFirst()
                .initTimeout())
        .isEqualTo(Duration.ofSeconds(200));
    assertThat(
            settings(unlimited, Map.of(), Map.of())
                .programToServe(message -> {})
                .functions()
                .getFirst()
                .initTimeout())
        .isZero();
    assertThat(
            settings(chosen, Map.of(), Map.of())
                .programToServe(message -> {})
                .functions()
                .getFirst()
                .initTimeout())
        .isEqualTo(Duration.ofSeconds(4));
    assertThat(
            settings(shorter, Map.of(), Map.of())
                .programToServe(message -> {})
                .functions()
                .getFirst()
                .initTimeout())
        .isEqualTo(Duration.ofSeconds(130));
  }
}
