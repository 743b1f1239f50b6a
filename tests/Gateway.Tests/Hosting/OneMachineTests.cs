using System.Globalization;
using System.Net;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Hosting;

/// <summary>Platforms on one machine do not interfere, and can be reached only from that machine.</summary>
public sealed class OneMachineTests
{
    [Fact]
    public async Task Two_platforms_run_side_by_side_without_settings()
    {
        var platforms = await Task.WhenAll(PlatformProcess.StartAsync(), PlatformProcess.StartAsync());
        try
        {
            var listening = platforms.Select(platform => ListeningEndpoints(platform.ProcessId)).ToList();
            Assert.All(listening, endpoints => Assert.All(endpoints, endpoint => Assert.Equal(IPAddress.Loopback, endpoint.Address)));
            // The API's port, and the silo's.
            Assert.All(platforms.Zip(listening), pair => Assert.Contains(pair.Second, endpoint => endpoint.Port == pair.First.Port));
            Assert.All(listening, endpoints => Assert.Equal(2, endpoints.Count));
            Assert.Empty(listening[0].Intersect(listening[1]));

            using var dj = await Dj.RegisterAsync(platforms[0]);
            Assert.Equal(dj.Email, (string?)(await dj.GetAsync("/v1/users/me"))["email"]);
            using var stranger = dj.At(platforms[1].Url);
            using var refused = await stranger.Client.GetAsync(new Uri("/v1/users/me", UriKind.Relative));
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
        finally
        {
            await Task.WhenAll(platforms.Select(platform => platform.DisposeAsync().AsTask()));
        }
    }

    /// <summary>The endpoints on which a process listens, from /proc (proc(5), /proc/net/tcp): state 0A is LISTEN.</summary>
    private static List<IPEndPoint> ListeningEndpoints(int processId)
    {
        var sockets = Directory.EnumerateFiles($"/proc/{processId}/fd").Select(file => new FileInfo(file).LinkTarget ?? "").ToHashSet();
        return
        [
            .. new[] { "tcp", "tcp6" }.SelectMany(table => File.ReadLines($"/proc/{processId}/net/{table}").Skip(1))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(fields => fields[3] == "0A" && sockets.Contains($"socket:[{fields[9]}]"))
                .Select(fields => Parse(fields[1])),
        ];
    }

    // "0100007F:1F90": the address in the machine's byte order, the port.
    private static IPEndPoint Parse(string text)
    {
        var parts = text.Split(':');
        var port = int.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var bytes = Convert.FromHexString(parts[0]);
        for (var word = 0; word < bytes.Length; word += 4)
            Array.Reverse(bytes, word, 4);
        return new IPEndPoint(new IPAddress(bytes), port);
    }
}
