using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace AudioOrleans.RelayHost.Processes;

/// <summary>The processes of a session, found in /proc (proc(5)).</summary>
internal static class SessionProcesses
{
    /// <summary>Kills all processes of a session. Reads the status of every process of the machine, so it is only for exceptional cases.</summary>
    public static void Kill(int sessionId)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && SessionOf(folder) == sessionId)
                RunningProcess.Kill(id);
        }
    }

    private static int? SessionOf(string folder)
    {
        try
        {
            // 1234 (name, which may contain spaces and brackets) S parent group session …
            var status = File.ReadAllText(Path.Combine(folder, "stat"));
            return int.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[3], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null; // It has exited in the meantime.
        }
    }
}

/// <summary>Operations on a process that this one may not have started.</summary>
public static class RunningProcess
{
    /// <summary>Kills the process; false if it no longer exists.</summary>
    /// <exception cref="Win32Exception">It belongs to another user.</exception>
    public static bool Kill(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            process.Kill();
            return true;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
