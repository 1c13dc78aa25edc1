package dev.rapid.bootstrap;

import dev.rapid.core.process.OutputListener;
import dev.rapid.core.process.ProcessExit;
import dev.rapid.core.process.Processes;
import dev.rapid.core.process.StartFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Starts the script of its first argument, passes its output on, and waits to be killed. */
public final class DoomedEmulator {

  private DoomedEmulator() {}

  /** Runs until it is killed. */
  public static void main(String[] arguments) throws InterruptedException {
    LaunchSpec spec =
        new LaunchSpec(
            List.of("sh", "-c", arguments[0]), Path.of("/"), Map.of("PATH", System.getenv("PATH")));
    LocalProcesses processes = new LocalProcesses(spec, generation -> new Forwarding());
    processes.startRuntime(1, new Ignoring());
    Thread.sleep(Long.MAX_VALUE);
  }

  private static final class Forwarding implements OutputListener {
    @Override
    public void output(byte[] bytes, int offset, int length) {
      System.out.write(bytes, offset, length);
      System.out.flush();
    }

    @Override
    public void ended() {}
  }

  private static final class Ignoring implements Processes.Listener {
    @Override
    public void started(int generation) {}

    @Override
    public void startFailed(int generation, StartFailure failure) {
      System.out.println(failure);
    }

    @Override
    public void exited(int generation, ProcessExit exit) {}

    @Override
    public void gone(int generation) {}
  }
}
