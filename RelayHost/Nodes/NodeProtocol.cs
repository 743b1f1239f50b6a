using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AudioOrleans.RelayHost.Nodes;

/// <summary>The addresses and headers by which nodes fetch live audio of each other, on a port that only they may reach.</summary>
public static class NodeProtocol
{
    /// <summary>All addresses start with it.</summary>
    public const string Prefix = "/node/v1/streams/";

    /// <summary>The last part of a ring's address: chunks without end.</summary>
    public const string Audio = "audio";

    /// <summary>The last part of a window's address: GET gives the segments, those to come included; PUT brings those of the stream's last relay.</summary>
    public const string Window = "window";

    /// <summary>Header of all requests: the cluster's secret.</summary>
    public const string Secret = "Audio-Cluster-Secret";

    /// <summary>Header of a window's answer: whole seconds.</summary>
    public const string TargetDuration = "Audio-Target-Duration";

    /// <summary>Header of a window's answer: <c>1</c> while the relay would take the window of the stream's last relay.</summary>
    public const string WantsWindow = "Audio-Wants-Window";

    /// <summary>Header of a window that is brought: how long ago its newest segment was cut, in milliseconds.</summary>
    public const string Age = "Audio-Age";

    /// <summary>Query of a ring's address: how much of the past is wanted, in milliseconds.</summary>
    public const string Burst = "burst";

    /// <summary>A node says at least this often that it is alive.</summary>
    public static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(1);

    /// <summary>A node that says nothing for so long is taken for dead.</summary>
    public static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(4);

    /// <summary>The most that a window may hold, all its segments together.</summary>
    public const long MostWindowBytes = 64 * 1024 * 1024;

    /// <summary>Writes a time for a header or a query.</summary>
    public static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads such a time; null when it is none, or longer than an hour.</summary>
    public static TimeSpan? ParseMilliseconds(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds <= 3_600_000
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;

    /// <summary>Compares a secret that was sent with the cluster's, in a time that tells nothing.</summary>
    public static bool IsSecret(string? sent, string secret) =>
        sent is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(sent)), SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
