using System.Globalization;

namespace AudioOrleans.Testing;

/// <summary>Whether a process is running.</summary>
public static class LiveProcess
{
    /// <summary>False once it has ended, even if its parent has not collected it yet.</summary>
    public static bool Exists(int processId)
    {
        try
        {
            // "pid (name) S ..."; a zombie has ended.
            var status = File.ReadAllText($"/proc/{processId}/stat");
            return status[status.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The niceness of the first process with this text in its command line (proc(5), stat, field 19); null when there is none.</summary>
    public static int? NicenessOf(string text)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(folder["/proc/".Length])))
        {
            try
            {
                if (!File.ReadAllText($"{folder}/cmdline").Contains(text, StringComparison.Ordinal))
                    continue;
                var status = File.ReadAllText($"{folder}/stat");
                return int.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // It has ended in the meantime.
            }
        }
        return null;
    }
}
