using Audio.Orleans.RelayHost.Objects;

namespace Audio.Orleans.RelayHost.Tests.Objects;

/// <summary>Puts an object that has no end, for a test to kill; it says when much of it is on its way.</summary>
internal static class PutProgram
{
    public const string Key = "killed/object";

    public const string Ready = "on its way";

    /// <summary>The program; its argument is the store's folder.</summary>
    public static async Task<int> RunAsync(string[] settings)
    {
        var store = new DiskObjectStore(settings[0], TimeProvider.System);
        await store.PutAsync(Key, new Noise(long.MaxValue) { BeforeRead = TellAsync }, "audio/mpeg");
        return 0;
    }

    // More than two parts of an object in S3; then it waits to be killed.
    private static async Task TellAsync(long sent)
    {
        if (sent < 40 << 20)
            return;
        await Console.Error.WriteLineAsync(Ready);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
    }
}
