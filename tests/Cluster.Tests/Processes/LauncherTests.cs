using System.Text.Json;
using AudioOrleans.Cluster.Tests.Support;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;
using Xunit.Abstractions;

namespace AudioOrleans.Cluster.Tests.Processes;

/// <summary>The local cluster that the program starts on one machine.</summary>
[Collection("one cluster at a time")]
public sealed class LauncherTests(ITestOutputHelper output)
{
    [Fact]
    public async Task It_starts_a_cluster_lists_its_members_survives_the_end_of_one_and_stops_all_when_it_stops()
    {
        using var folder = new TestFolder("launcher");
        var port = ConsecutivePorts();
        await using var icecast = await IcecastServer.StartAsync();
        await icecast.AddSourceAsync("/live", await Tone.Mp3Async());
        await using var launcher = ChildProcess.Start(
            new ProcessCommand("dotnet", "exec", Programs.PathOf("Gateway"), "cluster", "--Silos=2", "--Gateways=2", $"--Port={port}", $"--Data={folder.Path}")
            {
                Environment = Programs.Settings.Add("ConnectionStrings__Audio", await PostgresServer.NewDatabaseAsync()),
                GracePeriod = TimeSpan.FromSeconds(60),
                ErrorTailLines = 200,
                ReadsOutput = true,
                OnErrorLine = output.WriteLine,
            },
            TimeProvider.System);
        using var lines = new StreamReader(launcher.StandardOutput);
        await WaitForOutputAsync(lines, "cluster is ready");

        var members = JsonSerializer.Deserialize<Member[]>(await File.ReadAllTextAsync(folder["cluster.json"]))!;
        Assert.Equal(["silo-1", "silo-2", "gateway-1", "gateway-2"], members.Select(member => member.Name));
        Assert.All(members, member => Assert.True(LiveProcess.Exists(member.ProcessId)));
        Assert.Equal([port, port + 1], members[2..].Select(member => member.Url.Port));
        Assert.All(members, member => Assert.True(File.Exists(folder[$"logs/{member.Name}.log"])));

        using var first = await Dj.RegisterAsync(members[2].Url);
        using var second = first.At(members[3].Url);
        var stream = await first.AddStreamAsync(icecast.Url, "/live");
        await second.UntilAsync(stream, "live", ClusterScene.Deadline);

        var node = (string)(await second.StatusAsync(stream))["node"]!;
        Signals.Send(members.Single(member => member.Name == node).ProcessId, Signal.Terminate);
        await WaitForOutputAsync(lines, $"{node} ended with 0");
        var status = await second.StatusAsync(stream);
        Assert.Equal(("silo-1", "silo-2"), node == "silo-1" ? (node, (string)status["node"]!) : ((string)status["node"]!, node));

        Signals.Send(launcher.Id, Signal.Terminate);
        var exit = await launcher.Exited.WaitAsync(ClusterScene.Deadline, TimeProvider.System);
        Assert.Equal(0, exit.ExitCode);
        Assert.DoesNotContain(members, member => LiveProcess.Exists(member.ProcessId));
    }

    [Theory]
    [InlineData("--Silos=0", "--silos is '0'; expected a number from 1 to 20.")]
    [InlineData("--Port=http", "--port is 'http'; expected a number from 1 to 65000.")]
    public async Task A_wrong_argument_is_named(string command, string expected)
    {
        using var folder = new TestFolder("launcher");
        await using var launcher = ChildProcess.Start(
            new ProcessCommand("dotnet", "exec", Programs.PathOf("Gateway"), "cluster", command, $"--Data={folder.Path}") { ErrorTailLines = 200 }, TimeProvider.System);
        var exit = await launcher.Exited.WaitAsync(ClusterScene.Deadline, TimeProvider.System);
        Assert.NotEqual(0, exit.ExitCode);
        Assert.Contains(exit.ErrorTail, line => line.Contains(expected, StringComparison.Ordinal));
    }

    private static async Task WaitForOutputAsync(StreamReader lines, string text)
    {
        using var deadline = new CancellationTokenSource(ClusterScene.Deadline, TimeProvider.System);
        while (await lines.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }
        throw new InvalidOperationException($"The launcher ended before it wrote \"{text}\".");
    }

    /// <summary>A free port that is followed by another free port.</summary>
    private static int ConsecutivePorts()
    {
        while (true)
        {
            var port = FreePort.Next();
            try
            {
                using var next = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, port + 1);
                next.Start();
                return port;
            }
            catch (System.Net.Sockets.SocketException)
            {
                // The next port is taken: try another pair.
            }
        }
    }

    private sealed record Member(string Name, int ProcessId, Uri Url);
}
