using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace Audio.Orleans.RelayHost.Processes;

/// <summary>Everything that Linux asks for around the start of a child.</summary>
internal static class ChildSpawner
{
    private static readonly Dictionary<string, string> Packages = new(StringComparer.Ordinal)
    {
        ["ffmpeg"] = "ffmpeg", ["ffprobe"] = "ffmpeg", ["icecast2"] = "icecast2", ["lego"] = "lego",
        ["postgres"] = "postgresql", ["initdb"] = "postgresql", ["setpriv"] = "util-linux", ["setsid"] = "util-linux",
    };

    /// <summary>
    /// The lowest niceness but a few, for the session (sched(7), "The autogroup feature") and for the process. Where there are no such
    /// groups, or the kernel has just changed another, which it does ten times a second at most, the process's own remains.
    /// </summary>
    private const string Background = "{ echo 15 >/proc/self/autogroup; } 2>/dev/null; exec nice -n 15 \"$@\"";

    private static readonly BlockingCollection<Action> Requests = [];

    // The kernel sends the parent-death signal when the THREAD that forked ends, and pool threads come and go:
    // so one thread that lives as long as we do forks all children.
    static ChildSpawner() => new Thread(Serve) { IsBackground = true, Name = "Child process starter" }.Start();

    public static Task<Process> StartAsync(ProcessCommand command)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Requests.Add(() => Attempt(command, started.SetResult, started.SetException));
        return started.Task;
    }

    public static Process Start(ProcessCommand command)
    {
        using var done = new ManualResetEventSlim();
        Process? process = null;
        Exception? failure = null;
        Requests.Add(() =>
        {
            Attempt(command, started => process = started, error => failure = error);
            done.Set();
        });
        done.Wait();
        return failure is null ? process! : throw failure;
    }

    /// <summary>Full path of a program, or a <see cref="ProcessNotFoundException"/>.</summary>
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
        {
            request();
        }
    }

    private static void Attempt(ProcessCommand command, Action<Process> started, Action<Exception> failed)
    {
        Process process;
        try
        {
            process = StartHere(command);
        }
        catch (Exception error)
        {
            failed(error);
            return;
        }

        started(process);
    }

    // setsid: a Ctrl-C in our terminal must not reach the children before we stop them in order, and the session is the group
    //   that a forced stop kills.
    // env --default-signal: the runtime ignores SIGPIPE and a shell's "&" ignores SIGINT; children would inherit both.
    // sh: in the background alone; it must be of the new session.
    // setpriv: drops root, and sets the parent-death signal last, since a change of user clears it.
    // Each of them replaces itself by the next, so the process id that we know is the program's own.
    private static Process StartHere(ProcessCommand command)
    {
        var path = command.Environment.GetValueOrDefault("PATH");
        var start = new ProcessStartInfo(Find("setsid"))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (command.WorkingDirectory is { } folder)
        {
            // .NET reports a missing folder as a missing file.
            start.WorkingDirectory = Directory.Exists(folder)
                ? folder : throw new ProcessStartException(command.FileName, $"its working directory {folder} does not exist.");
        }

        Append(start, Find("env"), "--default-signal");
        if (command.InBackground)
            Append(start, Find("sh"), "-c", Background, "sh");
        Append(start, Find("setpriv"));
        if (command.RunAsUser is { } name)
        {
            var user = LocalUser.Find(name) ?? throw new ProcessStartException(command.FileName, $"there is no local user '{name}'.");
            if (!Environment.IsPrivilegedProcess)
            {
                throw new ProcessStartException(command.FileName, $"only root can run it as user '{name}'.");
            }

            Append(start, $"--reuid={user.Id}", $"--regid={user.GroupId}", "--init-groups");
            (start.Environment["HOME"], start.Environment["USER"], start.Environment["LOGNAME"]) = (user.Home, name, name);
        }

        Append(start, "--pdeathsig", ProcessSignals.NameOf(command.DeathSignal), "--", Find(command.FileName, path));
        Append(start, [.. command.Arguments]);
        foreach (var (variable, value) in command.Environment)
        {
            if (value is null)
            {
                start.Environment.Remove(variable);
            }
            else
            {
                start.Environment[variable] = value;
            }
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new ProcessStartException(command.FileName, error.Message, error);
        }
    }

    private static void Append(ProcessStartInfo start, params ReadOnlySpan<string> arguments)
    {
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }
    }
}
