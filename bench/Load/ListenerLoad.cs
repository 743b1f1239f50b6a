using System.Globalization;
using System.Text.Json;

namespace AudioOrleans.Bench.Load;

/// <summary>
/// Thousands of progressive listeners on one thread: a walk over non-blocking sockets, five times a second. Each reads all it is
/// sent, and compares each byte with the file that the station plays. Says <c>joined</c> when all of them hear something and
/// <c>held</c> when the time is over; leaves when its input ends, and prints an outcome.
/// </summary>
internal static class ListenerLoad
{
    public const string Command = "listen";

    /// <summary>
    /// Icecast's queue of connections that wait to be accepted holds five. What does not fit waits a second for its next try, which
    /// is why nobody here waits for a connection.
    /// </summary>
    private const int JoinsAtOnce = 4;

    private static readonly TimeSpan JoinPause = TimeSpan.FromMilliseconds(8);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>What the listeners heard.</summary>
    /// <param name="Joined">How many were let in and heard something.</param>
    /// <param name="Dropped">How many were cut before the end.</param>
    /// <param name="Gaps">Places where bytes were not those that follow in the file.</param>
    /// <param name="LeastSeconds">The audio that the worst of them got while held.</param>
    /// <param name="MedianSeconds">The audio that the listener in the middle got while held.</param>
    internal sealed record Outcome(int Joined, int Dropped, int Gaps, double LeastSeconds, double MedianSeconds);

    /// <summary>Arguments: port, path, count, seconds, file, bytes per second.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var (port, path, count) = (Number(args[0]), args[1], Number(args[2]));
        var hold = TimeSpan.FromSeconds(Number(args[3]));
        var expected = new ExpectedAudio(await File.ReadAllBytesAsync(args[4]));
        var leave = Console.OpenStandardInput().ReadAsync(new byte[1]).AsTask();
        var listeners = new List<Listener>(count);
        var buffer = new byte[256 * 1024];

        await JoinAsync(listeners, count, () => new Listener(port, path, expected), buffer);
        // The burst is over for the last of them too when the count begins.
        for (var settled = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(settled) < TimeSpan.FromSeconds(5);)
            await WalkAsync(listeners, buffer);
        Console.WriteLine("joined");

        var before = listeners.ConvertAll(listener => listener.Received);
        for (var start = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(start) < hold;)
            await WalkAsync(listeners, buffer);
        var heard = listeners.Select((listener, index) => (listener.Received - before[index]) / double.Parse(args[5], CultureInfo.InvariantCulture)).Order().ToArray();
        Console.WriteLine("held");
        while (!leave.IsCompleted)
            await WalkAsync(listeners, buffer);

        var outcome = new Outcome(
            listeners.Count(listener => listener.Received > 0), listeners.Count(listener => listener.Over), listeners.Sum(listener => listener.Gaps),
            heard[0], heard[heard.Length / 2]);
        Console.WriteLine(JsonSerializer.Serialize(outcome));
        return 0;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static async Task JoinAsync(List<Listener> listeners, int count, Func<Listener> join, byte[] buffer)
    {
        var walked = TimeProvider.System.GetTimestamp();
        while (listeners.Count < count || listeners.Exists(listener => !listener.Over && listener.Received == 0))
        {
            for (var joins = Math.Min(JoinsAtOnce, count - listeners.Count); joins > 0; joins--)
                listeners.Add(join());
            await Task.Delay(JoinPause, TimeProvider.System, CancellationToken.None);
            if (TimeProvider.System.GetElapsedTime(walked) < Pause)
                continue;
            walked = TimeProvider.System.GetTimestamp();
            listeners.ForEach(listener => listener.Read(buffer));
        }
    }

    private static Task WalkAsync(List<Listener> listeners, byte[] buffer)
    {
        var start = TimeProvider.System.GetTimestamp();
        foreach (var listener in listeners)
            listener.Read(buffer);
        var rest = Pause - TimeProvider.System.GetElapsedTime(start);
        return rest > TimeSpan.Zero ? Task.Delay(rest, TimeProvider.System, CancellationToken.None) : Task.CompletedTask;
    }
}
