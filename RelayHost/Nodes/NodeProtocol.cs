using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AudioOrleans.RelayHost.Nodes;

/// <summary>The URLs and headers with which nodes fetch live audio from each other, on a port that only they can reach.</summary>
public static class NodeProtocol
{
    /// <summary>The prefix of all URLs.</summary>
    public const string Prefix = "/node/v1/streams/";

    /// <summary>The last part of a ring's URL: an endless response of chunks.</summary>
    public const string Audio = "audio";

    /// <summary>The last part of a window's URL: GET returns present and future segments; PUT takes those of the stream's previous relay.</summary>
    public const string Window = "window";

    /// <summary>Header of all requests: the cluster's secret.</summary>
    public const string Secret = "Audio-Cluster-Secret";

    /// <summary>Response header of a window: whole seconds.</summary>
    public const string TargetDuration = "Audio-Target-Duration";

    /// <summary>Response header of a window: <c>1</c> while the relay can still take the window of the stream's previous relay.</summary>
    public const string WantsWindow = "Audio-Wants-Window";

    /// <summary>Request header of a window that is sent with PUT: how long ago its newest segment was cut, in milliseconds.</summary>
    public const string Age = "Audio-Age";

    /// <summary>Query of a ring's URL: how much past audio to send, in milliseconds.</summary>
    public const string Burst = "burst";

    /// <summary>Maximum interval between messages of a live node.</summary>
    public static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(1);

    /// <summary>A node that sends nothing for this long counts as dead.</summary>
    public static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(4);

    /// <summary>Maximum size of all segments of a window together, in bytes.</summary>
    public const long MostWindowBytes = 64 * 1024 * 1024;

    /// <summary>Formats a time for a header or a query.</summary>
    public static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>Parses such a time; null when it is invalid or longer than an hour.</summary>
    public static TimeSpan? ParseMilliseconds(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds <= 3_600_000
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;

    /// <summary>Compares a received secret with the cluster's in constant time.</summary>
    public static bool IsSecret(string? sent, string secret) =>
        sent is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(sent)), SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
