using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.ComponentModel;
using System.Globalization;
using CliWrap;

namespace AudioOrleans.RelayHost.Processes;

/// <summary>Everything that Linux requires to start a child process.</summary>
internal static class ChildSpawner
{
    private static readonly Dictionary<string, string> Packages = new(StringComparer.Ordinal)
    {
        ["ffmpeg"] = "ffmpeg", ["ffprobe"] = "ffmpeg", ["icecast2"] = "icecast2", ["lego"] = "lego", ["nsupdate"] = "bind9-dnsutils",
        ["postgres"] = "postgresql", ["initdb"] = "postgresql", ["prlimit"] = "util-linux", ["setpriv"] = "util-linux", ["setsid"] = "util-linux",
    };

    /// <summary>
    /// Sets a near-maximum niceness for the session (sched(7), "The autogroup feature") and for the process. Where autogroups do not exist, or the
    /// kernel refuses because it has just changed another (it allows ten changes a second), the process's own niceness remains.
    /// </summary>
    private const string Background = "{ echo 15 >/proc/self/autogroup; } 2>/dev/null; exec nice -n 15 \"$@\"";

    private static readonly BlockingCollection<Action> Requests = [];

    // The kernel sends the parent-death signal when the THREAD that forked ends, and pool threads come and go: so one thread that lives as long as
    // this process forks all children.
    static ChildSpawner() => new Thread(Serve) { IsBackground = true, Name = "Child process starter" }.Start();

    public static Task<ChildProcess> StartAsync(ProcessCommand command, TimeProvider time)
    {
        var started = new TaskCompletionSource<ChildProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        Requests.Add(() => Attempt(command, time, started.SetResult, started.SetException));
        return started.Task;
    }

    public static ChildProcess Start(ProcessCommand command, TimeProvider time)
    {
        using var done = new ManualResetEventSlim();
        ChildProcess? child = null;
        Exception? failure = null;
        Requests.Add(() =>
        {
            Attempt(command, time, started => child = started, error => failure = error);
            done.Set();
        });
        done.Wait();
        return failure is null ? child! : throw failure;
    }

    /// <summary>Returns the full path of a program; throws <see cref="ProcessNotFoundException"/> if there is none.</summary>
    public static string Find(string fileName, string? path = null)
    {
        var name = Path.GetFileName(fileName);
        var candidates = fileName.Contains('/', StringComparison.Ordinal)
            ? [Path.GetFullPath(fileName)]
            : (path ?? Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin")
                .Split(':', StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, fileName));
        return candidates.FirstOrDefault(IsExecutable)
            ?? throw new ProcessNotFoundException(fileName, Packages.GetValueOrDefault(name));
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path)
        && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;

    private static void Serve()
    {
        foreach (var request in Requests.GetConsumingEnumerable())
            request();
    }

    private static void Attempt(ProcessCommand command, TimeProvider time, Action<ChildProcess> started, Action<Exception> failed)
    {
        ChildProcess child;
        try
        {
            child = new ChildProcess(command, Wrap(command), time);
        }
        catch (Win32Exception error)
        {
            failed(new ProcessStartException(command.FileName, (error.InnerException ?? error).Message, error));
            return;
        }
        catch (Exception error)
        {
            failed(error);
            return;
        }

        started(child);
    }

    // setsid: a Ctrl-C in our terminal must not reach the children before we stop them in order, and leftover processes of a child are found by its session.
    // env --default-signal: the runtime ignores SIGPIPE and a shell's "&" ignores SIGINT; children would inherit both.
    // sh: only for background processes; must run in the new session.
    // prlimit: before setpriv, whose parent-death signal must be set last.
    // setpriv: drops root, and sets the parent-death signal last, since a change of user clears it.
    // Each replaces itself with the next, so the process id that we have is the program's own.
    private static Command Wrap(ProcessCommand command)
    {
        var environment = command.Environment;
        List<string> arguments = [Find("env"), "--default-signal"];
        if (command.InBackground)
            arguments.AddRange([Find("sh"), "-c", Background, "sh"]);
        if (command.MemoryLimit is { } bytes)
            arguments.AddRange([Find("prlimit"), string.Create(CultureInfo.InvariantCulture, $"--as={bytes}")]);
        arguments.Add(Find("setpriv"));
        if (command.RunAsUser is { } name)
        {
            var user = LocalUser.Find(name) ?? throw new ProcessStartException(command.FileName, $"there is no local user '{name}'.");
            if (!Environment.IsPrivilegedProcess)
                throw new ProcessStartException(command.FileName, $"only root can run it as user '{name}'.");
            arguments.AddRange([$"--reuid={user.Id}", $"--regid={user.GroupId}", "--init-groups"]);
            environment = ImmutableDictionary<string, string?>.Empty.Add("HOME", user.Home).Add("USER", name).Add("LOGNAME", name).SetItems(environment);
        }

        arguments.AddRange(["--pdeathsig", command.DeathSignal == DeathSignal.Interrupt ? "INT" : "KILL", "--"]);
        arguments.Add(Find(command.FileName, environment.GetValueOrDefault("PATH")));
        arguments.AddRange(command.Arguments);
        // .NET reports a missing folder as a missing file.
        if (command.WorkingDirectory is { } folder && !Directory.Exists(folder))
            throw new ProcessStartException(command.FileName, $"its working directory {folder} does not exist.");
        return Cli.Wrap(Find("setsid"))
            .WithArguments(arguments)
            .WithEnvironmentVariables(environment)
            .WithWorkingDirectory(command.WorkingDirectory ?? Directory.GetCurrentDirectory());
    }
}
