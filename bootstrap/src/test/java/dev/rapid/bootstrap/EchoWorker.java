package dev.rapid.bootstrap;

import dev.rapid.core.testing.worker.FrameWorker;
import dev.rapid.core.testing.worker.ScriptedWorker.Given;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.nio.charset.StandardCharsets;

/** A program that speaks frames over its stdin and stdout, and returns each payload. */
public final class EchoWorker {

  private EchoWorker() {}

  /** Runs until its stdin ends. */
  public static void main(String[] arguments) {
    FrameWorker worker =
        new FrameWorker(
            new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out));
    System.err.println("the worker logs");
    while (true) {
      worker.ready();
      Given given = worker.awaitInvocation();
      worker.respond(given.requestId(), given.payload().getBytes(StandardCharsets.UTF_8));
    }
  }
}
