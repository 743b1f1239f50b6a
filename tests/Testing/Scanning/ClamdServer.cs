using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Testing.Scanning;

/// <summary>A real clamd on a free port, which detects only the files that it is given.</summary>
public sealed class ClamdServer : IAsyncDisposable
{
    /// <summary>The name that it reports for all of these files.</summary>
    public const string Signature = "Test.Virus.UNOFFICIAL";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly TestFolder _folder = new("clamd");
    private ChildProcess? _daemon;

    private ClamdServer()
    {
    }

    /// <summary>The port it listens on, on 127.0.0.1; the same after a restart.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>Starts a server.</summary>
    /// <param name="longest">The longest stream that it accepts, as in its settings, such as <c>1M</c>.</param>
    /// <param name="infected">The complete files that it detects.</param>
    public static async Task<ClamdServer> StartAsync(string longest, params byte[][] infected)
    {
        var server = new ClamdServer();
        try
        {
            await server.PrepareAsync(longest, infected);
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it again.</summary>
    public async Task StartAsync()
    {
        _daemon = await ChildProcess.StartAsync(new ProcessCommand("/usr/sbin/clamd", "--foreground", $"--config-file={_folder["clamd.conf"]}"), TimeProvider.System);
        await Eventually.That(async () => _daemon.Exited.IsCompleted || await AnswersAsync(), StartTimeout, "clamd answers");
        if (_daemon.Exited.IsCompleted)
            throw new InvalidOperationException($"clamd ended at once: {string.Join(" | ", _daemon.ErrorTail)}");
    }

    /// <summary>Stops it.</summary>
    public async Task StopAsync()
    {
        if (_daemon is not null)
            await _daemon.DisposeAsync();
        _daemon = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    private async Task PrepareAsync(string longest, byte[][] infected)
    {
        Directory.CreateDirectory(_folder["database"]);
        var name = Signature[..Signature.LastIndexOf('.')];
        // With one entry that matches no file: clamd does not start with an empty database.
        // The format of the database requires the MD5 of each file.
#pragma warning disable CA5351
        await File.WriteAllLinesAsync(_folder["database/test.hdb"], [.. infected.Append("nobody"u8.ToArray()).Select(file => string.Create(
            CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(MD5.HashData(file))}:{file.Length}:{name}"))]);
#pragma warning restore CA5351
        await File.WriteAllTextAsync(_folder["clamd.conf"], string.Create(CultureInfo.InvariantCulture, $"""
            DatabaseDirectory {_folder["database"]}
            TCPSocket {Port}
            TCPAddr 127.0.0.1
            TemporaryDirectory {_folder.Path}
            StreamMaxLength {longest}
            MaxFileSize 100M
            MaxScanSize 200M
            MaxThreads 4
            ConcurrentDatabaseReload no

            """));
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync("127.0.0.1", Port);
            var stream = socket.GetStream();
            await stream.WriteAsync("zPING\0"u8.ToArray());
            var answer = new byte[4];
            return await stream.ReadAtLeastAsync(answer, 4, throwOnEndOfStream: false) == 4 && answer.AsSpan().SequenceEqual("PONG"u8);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return false; // Not up yet.
        }
    }
}
