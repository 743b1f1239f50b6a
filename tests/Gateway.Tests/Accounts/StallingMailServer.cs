using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AudioOrleans.Gateway.Tests.Accounts;

/// <summary>Talks SMTP with one client until a given command, which it does not answer. A real server does not do that on request.</summary>
internal sealed class StallingMailServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _commands = new();
    private readonly TaskCompletionSource _silent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _end = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _last;
    private readonly Task _serving;

    /// <summary>Starts a server that stops responding at a command: <c>connect</c> for the greeting, <c>.</c> for the end of the mail.</summary>
    public StallingMailServer(string last)
    {
        _last = last;
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>The command that it refuses with 550.</summary>
    public string? Refuses { get; init; }

    /// <summary>Its port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The commands that were received.</summary>
    public IReadOnlyCollection<string> Commands => _commands;

    /// <summary>Completes when the client waits for a response that is not sent.</summary>
    public Task Silent => _silent.Task;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _serving;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            using var client = await _listener.AcceptTcpClientAsync(_end.Token);
            using var reader = new StreamReader(client.GetStream());
            using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
            await AnswerAsync(writer, "connect", "220 here");
            var inMail = false;
            while (await reader.ReadLineAsync(_end.Token) is { } line)
            {
                if (inMail && line != ".")
                    continue;
                var command = line.Split(' ')[0];
                inMail = command == "DATA";
                _commands.Enqueue(command);
                await AnswerAsync(writer, command, command switch { "DATA" => "354 go on", "QUIT" => "221 bye", _ => "250 yes" });
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The test has ended, or the client has disconnected.
        }
    }

    private async Task AnswerAsync(StreamWriter writer, string command, string answer)
    {
        if (command == _last)
        {
            _silent.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _end.Token);
        }
        await writer.WriteLineAsync((command == Refuses ? "550 no" : answer).AsMemory(), _end.Token);
    }
}
