using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Audio.Orleans.RelayHost.Processes;

/// <summary>The signals we send, by their Linux numbers.</summary>
public enum ProcessSignal
{
    /// <summary>SIGINT: ffmpeg finishes its file, PostgreSQL does a fast shutdown.</summary>
    Interrupt = 2,

    /// <summary>SIGKILL: cannot be refused.</summary>
    Kill = 9,

    /// <summary>SIGTERM: the usual request to end.</summary>
    Terminate = 15,
}

/// <summary>Sends signals.</summary>
public static partial class ProcessSignals
{
    /// <summary>Signals one process. False if it is gone.</summary>
    /// <exception cref="Win32Exception">It belongs to another user.</exception>
    public static bool Send(int processId, ProcessSignal signal)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(processId);
        return Call(processId, signal);
    }

    /// <summary>Kills a child and its descendants: a child leads a group of its own. False if all are gone.</summary>
    internal static bool KillGroup(int processId) => Call(-processId, ProcessSignal.Kill);

    /// <summary>The name that setpriv knows.</summary>
    internal static string NameOf(ProcessSignal signal) => signal switch
    {
        ProcessSignal.Interrupt => "INT",
        ProcessSignal.Terminate => "TERM",
        _ => "KILL",
    };

    private static bool Call(int target, ProcessSignal signal)
    {
        const int NoSuchProcess = 3;
        if (SendSignal(target, (int)signal) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == NoSuchProcess ? false : throw new Win32Exception(error);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int target, int signal);
}
