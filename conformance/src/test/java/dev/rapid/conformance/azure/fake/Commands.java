package dev.rapid.conformance.azure.fake;

import dev.rapid.azure.protocol.InvocationRequest;
import dev.rapid.azure.protocol.RpcFunctionMetadata;
import dev.rapid.azure.protocol.RpcHttp;
import dev.rapid.azure.protocol.RpcLog;
import dev.rapid.azure.protocol.TypedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Does what the text of a trigger says: a verb and more words. Other texts come back. */
final class Commands {

  private final FakeWorker worker;

  Commands(FakeWorker worker) {
    this.worker = worker;
  }

  void run(InvocationRequest request) throws IOException, InterruptedException {
    String text = text(request);
    List<String> words =
        text.length() > 1000 ? List.of("echo") : List.of(text.replace("\"", "").split(" ", 3));
    switch (words.getFirst()) {
      case "exit" -> FakeWorker.exit(Integer.parseInt(words.get(1)));
      case "signal" -> FakeWorker.signal(words.get(1));
      case "cut" -> worker.host().cut();
      case "never" -> {}
      case "fail" ->
          worker.send(
              Messages.response(
                  request.getInvocationId(),
                  Messages.failure(words.get(1), words.get(2), "at one\nat two")));
      case "sleep" -> {
        Thread.sleep(Long.parseLong(words.get(1)));
        reply(request, text);
      }
      case "hold" -> {
        hold(Path.of(words.get(1)));
        reply(request, text);
      }
      case "pid" -> reply(request, "" + ProcessHandle.current().pid());
      case "variable" -> reply(request, worker.environment().getOrDefault(words.get(1), "none"));
      case "respond" -> reply(request, "x".repeat(Integer.parseInt(words.get(1))));
      case "twice" -> {
        reply(request, "first");
        reply(request, "second");
      }
      case "print" -> {
        System.out.println(text.substring("print ".length()));
        reply(request, text);
      }
      case "complain" -> {
        System.err.println(text.substring("complain ".length()));
        reply(request, text);
      }
      case "log" -> {
        worker.send(
            Messages.log(
                request.getInvocationId(),
                RpcLog.RpcLogCategory.User,
                RpcLog.Level.valueOf(words.get(1)),
                words.get(2)));
        reply(request, text);
      }
      default -> reply(request, text);
    }
  }

  private static void hold(Path path) throws IOException, InterruptedException {
    Path held = path.resolveSibling(path.getFileName() + ".held");
    Path beingWritten = path.resolveSibling(path.getFileName() + ".writing");
    Files.writeString(beingWritten, "" + ProcessHandle.current().pid());
    Files.move(beingWritten, held);
    while (!Files.exists(path)) {
      Thread.sleep(5);
    }
  }

  private void reply(InvocationRequest request, String text) {
    TypedData value = Messages.string(text);
    boolean isHttp =
        isHttp(worker.loaded(request.getFunctionId())) && !request.getInputDataList().isEmpty();
    worker.send(
        Messages.response(request.getInvocationId(), isHttp ? Messages.http(200, value) : value));
  }

  private static boolean isHttp(RpcFunctionMetadata function) {
    return function.getBindingsMap().values().stream()
        .anyMatch(binding -> binding.getType().equalsIgnoreCase("httpTrigger"));
  }

  /** Returns the text of a trigger, or of its body. */
  static String text(InvocationRequest request) {
    return text(request.getInputData(0).getData());
  }

  private static String text(TypedData data) {
    return switch (data.getDataCase()) {
      case STRING -> data.getString();
      case JSON -> data.getJson();
      case BYTES -> data.getBytes().toStringUtf8();
      case HTTP -> {
        RpcHttp http = data.getHttp();
        yield text(http.getBody());
      }
      default -> "";
    };
  }
}
