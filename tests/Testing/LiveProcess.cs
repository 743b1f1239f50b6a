namespace Audio.Orleans.Testing;

/// <summary>Whether a process lives.</summary>
public static class LiveProcess
{
    /// <summary>False once it has ended, even if nobody has collected it yet.</summary>
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
}
