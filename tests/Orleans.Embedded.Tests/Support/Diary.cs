using System.Collections.Concurrent;

namespace Audio.Orleans.Embedded.Tests.Support;

/// <summary>What happened inside grains, by the grain's key, for the test to read.</summary>
internal static class Diary
{
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<string>> Pages = new();

    public static void Write(string key, string what) => Pages.GetOrAdd(key, _ => new()).Enqueue(what);

    public static string[] Read(string key) => Pages.TryGetValue(key, out var page) ? [.. page] : [];

    public static int Count(string key, string what) => Read(key).Count(entry => entry == what);

    public static Task Until(string key, string what, int times = 1) =>
        Wait.Until(() => Count(key, what) >= times, $"'{what}' happened {times} times; there was: {string.Join(", ", Read(key))}");
}
