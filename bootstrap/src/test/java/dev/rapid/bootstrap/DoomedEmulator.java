package dev.rapid.bootstrap;

import dev.rapid.bootstrap.launch.FramedLog;
import dev.rapid.bootstrap.launch.LaunchSpec;
import dev.rapid.core.process.ApplicationLogLevel;
import dev.rapid.core.process.OutputListener;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.ProcessName;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.StartFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Starts the script of its first argument as the runtime and that of its second as an extension,
 * passes their output on, and waits to be killed. With a third argument it freezes both when a line
 * comes.
 */
public final class DoomedEmulator {

  private DoomedEmulator() {}

  /** Runs until it is killed. */
  public static void main(String[] arguments) throws InterruptedException, IOException {
    LocalProcesses processes =
        new LocalProcesses(
            process -> spec(arguments[process.extension() == null ? 0 : 1]),
            process -> new Forwarding(),
            null);
    Ignoring listener = new Ignoring();
    processes.start(ProcessName.extension(1, "logger"), listener);
    processes.start(ProcessName.runtime(1), listener);
    if (arguments.length > 2) {
      // It waits until both run.
      int unused = System.in.read();
      processes.freeze(1);
    }
    Thread.sleep(Long.MAX_VALUE);
  }

  private static LaunchSpec spec(String script) {
    return new LaunchSpec(
        List.of("sh", "-c", script),
        Path.of("/"),
        Map.of("PATH", System.getenv("PATH")),
        FramedLog.ON);
  }

  private static final class Forwarding implements OutputListener {
    @Override
    public void output(byte[] bytes, int offset, int length) {
      System.out.write(bytes, offset, length);
      System.out.flush();
    }

    @Override
    public void message(
        byte[] bytes,
        int offset,
        int length,
        long epochMicros,
        @Nullable ApplicationLogLevel level) {
      output(bytes, offset, length);
    }

    @Override
    public void ended() {}
  }

  private static final class Ignoring implements Processes.Listener {
    @Override
    public void started(ProcessName process) {}

    @Override
    public void startFailed(ProcessName process, StartFailure failure) {
      System.out.println(failure);
    }

    @Override
    public void exited(ProcessName process, ProcessExit exit) {}

    @Override
    public void gone(int generation) {}
  }
}
