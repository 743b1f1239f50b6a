using System.ComponentModel;
using System.Runtime.InteropServices;

namespace AudioOrleans.Testing;

/// <summary>The signals that tests send, by their Linux numbers (signal(7)).</summary>
public enum Signal
{
    /// <summary>SIGINT.</summary>
    Interrupt = 2,

    /// <summary>SIGKILL.</summary>
    Kill = 9,

    /// <summary>SIGTERM.</summary>
    Terminate = 15,

    /// <summary>SIGCONT.</summary>
    Continue = 18,

    /// <summary>SIGSTOP.</summary>
    Stop = 19,
}

/// <summary>Sends signals.</summary>
public static partial class Signals
{
    /// <summary>Signals one process. False if it is gone.</summary>
    /// <exception cref="Win32Exception">It belongs to another user.</exception>
    public static bool Send(int processId, Signal signal)
    {
        const int NoSuchProcess = 3;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(processId);
        if (SendSignal(processId, (int)signal) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        return error == NoSuchProcess ? false : throw new Win32Exception(error);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int target, int signal);
}
