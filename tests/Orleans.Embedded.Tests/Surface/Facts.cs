namespace Audio.Orleans.Embedded.Tests.Surface;

/// <summary>Reads the list of facts: an assembly, indented below it its types, indented below them their members.</summary>
internal static class Facts
{
    public static Dictionary<string, (string Home, string Kind, HashSet<string> Members)> Read()
    {
        using var stream = typeof(Facts).Assembly.GetManifestResourceStream("orleans-facts.txt")!;
        using var reader = new StreamReader(stream);
        var facts = new Dictionary<string, (string Home, string Kind, HashSet<string> Members)>();
        var (home, members) = ("", new HashSet<string>());
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#') || line.Length == 0)
                continue;
            if (line.StartsWith("    ", StringComparison.Ordinal))
            {
                members.Add(line.Trim());
            }
            else if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                var parts = line.Trim().Split(' ', 2);
                facts.Add(parts[0], (home, parts[1], members = []));
            }
            else
            {
                home = line;
            }
        }

        return facts;
    }
}
