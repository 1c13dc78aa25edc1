package dev.rapid.runtimes;

import dev.rapid.runtimes.interpreter.Machine;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The base of the environment of a managed runtime (contract templates-and-runtimes, section 6.1):
 * what a process of this machine needs, the caller's settings of AWS, and what the platform sets
 * for the family. Nothing else of the caller's environment is in it.
 */
final class BaseEnvironment {

  /** What programs of this machine and their network need. */
  private static final Set<String> OF_MACHINE =
      Set.of(
          "HOME",
          "USER",
          "LOGNAME",
          "TMPDIR",
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "ALL_PROXY",
          "NO_PROXY",
          "SSL_CERT_FILE",
          "SSL_CERT_DIR");

  private static final String OF_AWS = "AWS_";

  /** Variables of AWS that describe a function, and so not the one that is started. */
  private static final Set<String> OF_ANOTHER_FUNCTION =
      Set.of("AWS_EXECUTION_ENV", "AWS_SAM_LOCAL", "AWS_XRAY_DAEMON_ADDRESS");

  private static final String OF_LAMBDA = "AWS_LAMBDA_";

  private final Map<String, String> ofCaller = new TreeMap<>();

  BaseEnvironment(Map<String, String> caller) {
    caller.forEach((name, value) -> {
      boolean settingOfAws =
          name.startsWith(OF_AWS)
              && !name.startsWith(OF_LAMBDA)
              && !OF_ANOTHER_FUNCTION.contains(name);
      if (settingOfAws || OF_MACHINE.contains(name.toUpperCase(Locale.ROOT))) {
        ofCaller.put(name, value);
      }
    });
  }

  /**
   * Returns the variables of one function.
   *
   * @param interpreterDirectory comes first in {@code PATH}, null for none
   */
  Map<String, String> of(Request request, Machine machine, @Nullable Path interpreterDirectory) {
    Map<String, String> environment = new TreeMap<>(ofCaller);
    if (request.runtime().family().isManaged()) {
      environment.put("AWS_EXECUTION_ENV", "AWS_Lambda_" + request.runtime().text());
    }
    environment.put("LANG", "en_US.UTF-8");
    environment.put("TZ", ":UTC");
    environment.put("PWD", request.taskRoot().toString());
    environment.put("SHLVL", "0");
    environment.put("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR");

    var path = new ArrayList<String>();
    if (interpreterDirectory != null) {
      path.add(interpreterDirectory.toString());
    }
    machine.searchPath().forEach(directory -> path.add(directory.toString()));
    path.addAll(request.inLayers("bin"));
    environment.put("PATH", String.join(File.pathSeparator, path));

    var libraries = new ArrayList<String>();
    libraries.add(request.taskRoot().toString());
    libraries.add(request.taskRoot().resolve("lib").toString());
    libraries.addAll(request.inLayers("lib"));
    environment.put("LD_LIBRARY_PATH", String.join(File.pathSeparator, libraries));
    return environment;
  }
}
