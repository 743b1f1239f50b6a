using System.Collections.Immutable;

namespace AudioOrleans.RelayHost.Processes;

/// <summary>The program to run and how to stop it. Arguments reach the program verbatim: no shell interprets them.</summary>
/// <param name="FileName">A program name, looked up in PATH, or a path.</param>
/// <param name="Arguments">The argument list, without the program's own name.</param>
public sealed record ProcessCommand(string FileName, params ImmutableArray<string> Arguments)
{
    /// <summary>The folder that the program starts in; null for the current one.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Variables added to (or, with null, removed from) the environment that the child inherits.</summary>
    public ImmutableDictionary<string, string?> Environment { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>A local user to switch to. Only root may set it: any other caller gets a <see cref="ProcessStartException"/>.</summary>
    public string? RunAsUser { get; init; }

    /// <summary>How long the program may take to exit after SIGINT before its process tree is killed.</summary>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The signal that the kernel sends the program if this process dies, even by kill -9.</summary>
    public DeathSignal DeathSignal { get; init; }

    /// <summary>
    /// True if the caller reads <see cref="ChildProcess.StandardOutput"/> to its end. Otherwise the output is read and dropped, so that no child
    /// hangs on a full pipe.
    /// </summary>
    public bool ReadsOutput { get; init; }

    /// <summary>
    /// True to run the program at low priority, because nobody waits for it. A kernel that groups processes by session compares sessions first, and
    /// each child has its own: there the session's niceness counts, elsewhere the process's.
    /// </summary>
    public bool InBackground { get; init; }

    /// <summary>The most address space that the program may use, in bytes (setrlimit(2), RLIMIT_AS): beyond it, its allocations fail. Null for no limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>How many of the last lines of standard error are kept; a line is truncated after 4 KiB.</summary>
    public int ErrorTailLines { get; init; } = 20;

    /// <summary>Called with each line of standard error, from the thread pool, one at a time.</summary>
    public Action<string>? OnErrorLine { get; init; }
}

/// <summary>The signal that the kernel sends a child whose parent has died (prctl(2), PR_SET_PDEATHSIG).</summary>
public enum DeathSignal
{
    /// <summary>SIGKILL: cannot be caught or ignored.</summary>
    Kill,

    /// <summary>SIGINT: lets PostgreSQL shut down cleanly.</summary>
    Interrupt,
}

/// <summary>The exit of a child process.</summary>
/// <param name="ExitCode">The exit code; 128 + the signal's number if a signal ended it, as shells report it.</param>
/// <param name="ErrorTail">The last lines of standard error, oldest first.</param>
public sealed record ProcessExit(int ExitCode, ImmutableArray<string> ErrorTail)
{
    /// <summary>The number of the signal that ended the child, or null if it exited by itself.</summary>
    public int? Signal => ExitCode is > 128 and <= 192 ? ExitCode - 128 : null;
}
