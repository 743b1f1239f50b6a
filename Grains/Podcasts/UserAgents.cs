using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace AudioOrleans.Grains.Podcasts;

/// <summary>Tells podcast apps, and bots from listeners, by <c>User-Agent</c>. The table <c>user-agents.tsv</c> says where its data is from.</summary>
public static class UserAgents
{
    /// <summary>The app of a user agent that is not in the table.</summary>
    public const string Unknown = "Unknown";

    private const string Bot = "bot";
    private const int LongestAgent = 500;
    private const int MostKnown = 20_000;

    /// <summary>All patterns together take a fraction of a millisecond. Those that cannot backtrack take seconds to be made.</summary>
    private static readonly TimeSpan LongestMatch = TimeSpan.FromMilliseconds(50);

    private static readonly Lazy<(bool IsBot, string App, Regex Pattern)[]> Table = new(Load);
    private static readonly ConcurrentDictionary<string, (bool IsBot, string App)> Known = new();

    /// <summary>Finds the app.</summary>
    /// <param name="userAgent">The header; may be empty.</param>
    /// <returns>Its name, and whether it is a bot, which does not listen.</returns>
    public static (bool IsBot, string App) Find(string userAgent)
    {
        var agent = userAgent.Length > LongestAgent ? userAgent[..LongestAgent] : userAgent;
        if (Known.TryGetValue(agent, out var known))
            return known;
        if (Known.Count >= MostKnown)
            Known.Clear();
        return Known[agent] = Match(agent);
    }

    private static (bool IsBot, string App) Match(string agent)
    {
        try
        {
            var found = Table.Value.FirstOrDefault(row => row.Pattern.IsMatch(agent));
            return found.Pattern is null ? (false, Unknown) : (found.IsBot, found.App);
        }
        catch (RegexMatchTimeoutException)
        {
            return (false, Unknown); // Headers are untrusted: one that is made to be slow is no app that the table knows.
        }
    }

    private static (bool IsBot, string App, Regex Pattern)[] Load()
    {
        using var resource = typeof(UserAgents).Assembly.GetManifestResourceStream("user-agents.tsv")!;
        using var reader = new StreamReader(resource);
        var rows = new List<(bool, string, Regex)>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#') || line.Split('\t') is not [var kind, var name, var pattern])
                continue;
            rows.Add((kind == Bot, name, new Regex(pattern, RegexOptions.CultureInvariant, LongestMatch)));
        }
        return [.. rows];
    }
}
