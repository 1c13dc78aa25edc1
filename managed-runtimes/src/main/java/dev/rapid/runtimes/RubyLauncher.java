package dev.rapid.runtimes;

import dev.rapid.runtimes.interpreter.Interpreter;
import dev.rapid.runtimes.interpreter.Interpreters;
import dev.rapid.runtimes.interpreter.Language;
import dev.rapid.runtimes.interpreter.Machine;
import dev.rapid.runtimes.interpreter.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Functions in Ruby, which AWS's client runs (contract templates-and-runtimes, section 6.2). */
final class RubyLauncher implements Launcher {

  private static final String CLIENT = "aws_lambda_ric-";
  private static final String START = "require 'aws_lambda_ric'; AwsLambdaRIC::Bootstrap.new.start";

  private final Machine machine;
  private final Interpreters rubies;
  private final InstallCommands install;

  RubyLauncher(Machine machine, InstallCommands install) {
    this.machine = machine;
    this.rubies = new Interpreters(machine, Language.RUBY);
    this.install = install;
  }

  @Override
  public Start start(Request request) throws UnusableRuntimeException {
    Version wanted = request.runtime().version();
    request.handler();
    Interpreter ruby =
        rubies
            .find(wanted)
            .orElseThrow(() ->
                new UnusableRuntimeException(
                    request.runtime().text()
                        + " needs Ruby, which is not installed; run: "
                        + install.ruby(wanted)));
    Path client =
        client(request.taskRoot(), ruby)
            .orElseThrow(() ->
                new UnusableRuntimeException(
                    request.runtime().text()
                        + " needs AWS's client, the gem aws_lambda_ric; run: "
                        + install.rubyClient(ruby)));
    return new Start(
        List.of(ruby.program().toString(), "-I", client.resolve("lib").toString(), "-e", START),
        ruby.program().getParent(),
        variables(request),
        VersionNotice.of(
            request.runtime(),
            "Ruby",
            2,
            ruby,
            "AWS's client (" + client + ")",
            "run: " + install.ruby(wanted)));
  }

  @Override
  public Map<String, String> variables(Request request) {
    String abi = abi(request.runtime().version());
    List<String> gems = new ArrayList<>();
    gems.add(request.taskRoot().resolve("vendor/bundle/ruby").resolve(abi).toString());
    gems.addAll(request.inLayers("ruby/gems/" + abi));
    List<String> libraries = new ArrayList<>(List.of(request.taskRoot().toString()));
    libraries.addAll(request.inLayers("ruby/lib"));
    return Map.of("GEM_PATH", String.join(":", gems), "RUBYLIB", String.join(":", libraries));
  }

  private static String abi(Version version) {
    return version.text(2) + ".0";
  }

  /** Returns the latest installed gem of AWS's client. */
  Optional<Path> client(Path taskRoot, Interpreter ruby) {
    String abi = abi(ruby.version());
    Path home = machine.home();
    List<Path> places = new ArrayList<>();
    places.add(taskRoot.resolve("vendor/bundle/ruby").resolve(abi));
    machine.directory("GEM_HOME").ifPresent(places::add);
    places.add(home.resolve(".local/share/gem/ruby").resolve(abi));
    places.add(home.resolve(".gem/ruby").resolve(abi));
    places.add(ruby.home().resolve("lib/ruby/gems").resolve(abi));
    places.add(
        new Interpreter(Machine.real(ruby.program()), ruby.version())
            .home()
            .resolve("lib/ruby/gems")
            .resolve(abi));
    places.add(Path.of("/var/lib/gems").resolve(abi));
    places.add(Path.of("/usr/local/lib/ruby/gems").resolve(abi));
    return places.stream().flatMap(place -> newestIn(place).stream()).findFirst();
  }

  private static Optional<Path> newestIn(Path place) {
    List<Path> gems = new ArrayList<>(Machine.list(place.resolve("gems")));
    Collections.reverse(gems);
    return gems.stream()
        .filter(gem -> gem.getFileName() != null && gem.getFileName().toString().startsWith(CLIENT))
        .filter(gem -> Files.isRegularFile(gem.resolve("lib/aws_lambda_ric.rb")))
        .findFirst();
  }
}
