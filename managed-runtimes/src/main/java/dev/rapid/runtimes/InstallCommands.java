package dev.rapid.runtimes;

import dev.rapid.runtimes.interpreter.Interpreter;
import dev.rapid.runtimes.interpreter.Machine;
import dev.rapid.runtimes.interpreter.Version;
import java.nio.file.Files;
import java.nio.file.Path;

/** The commands that install what is missing, with the tools that this machine has. */
final class InstallCommands {

  private final Machine machine;

  InstallCommands(Machine machine) {
    this.machine = machine;
  }

  String python(Version version) {
    String wanted = version.text(2);
    if (machine.has("uv")) {
      return "uv python install " + wanted;
    }
    if (machine.has("pyenv")) {
      return "pyenv install " + wanted;
    }
    return packages("python" + wanted, "python@" + wanted, "python" + wanted);
  }

  String node(Version version) {
    String major = version.text(1);
    if (Files.isDirectory(machine.directory("NVM_DIR").orElse(machine.home().resolve(".nvm")))) {
      return "nvm install " + major;
    }
    if (machine.has("fnm")) {
      return "fnm install " + major;
    }
    if (machine.has("brew")) {
      return "brew install node@" + major;
    }
    return "npm install --global n && n install " + major;
  }

  String java(Version version) {
    String major = version.text(1);
    return packages(
        "openjdk-" + major + "-jdk-headless",
        "openjdk@" + major,
        "java-" + major + "-openjdk-headless");
  }

  String ruby(Version version) {
    String wanted = version.text(2);
    if (machine.has("rbenv")) {
      return "rbenv install " + wanted;
    }
    return packages("ruby", "ruby@" + wanted, "ruby");
  }

  String dotnet(Version version) {
    String major = version.text(1);
    return packages(
        "dotnet-runtime-" + major + ".0", "dotnet@" + major, "dotnet-runtime-" + major + ".0");
  }

  private String packages(String apt, String brew, String dnf) {
    if (machine.has("brew")) {
      return "brew install " + brew;
    }
    if (machine.has("apt-get")) {
      return "sudo apt-get install " + apt;
    }
    if (machine.has("dnf")) {
      return "sudo dnf install " + dnf;
    }
    return machine.has("apk") ? "sudo apk add " + dnf : "install " + dnf;
  }

  String pythonClient(Interpreter python) {
    return python.program() + " -m pip install awslambdaric";
  }

  String nodeClient() {
    return "npm install aws-lambda-ric";
  }

  String rubyClient(Interpreter ruby) {
    Path gem = ruby.program().resolveSibling("gem");
    return (Machine.isProgram(gem) ? gem.toString() : "gem") + " install aws_lambda_ric";
  }

  String javaClient() {
    return "mvn dependency:get -Dartifact="
        + JavaClient.GROUP
        + ":"
        + JavaClient.ARTIFACT
        + ":"
        + JavaClient.TESTED_VERSION;
  }
}
