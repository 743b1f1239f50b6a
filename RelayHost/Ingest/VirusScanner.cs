using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace AudioOrleans.RelayHost.Ingest;

/// <summary>Has files scanned by clamd, by its command INSTREAM (clamd(8)).</summary>
public sealed class VirusScanner(ScannerOptions options, TimeProvider time)
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);

    /// <summary>Begins a scan; null where nothing is scanned.</summary>
    /// <exception cref="ScannerUnavailableException">clamd cannot be reached.</exception>
    public async Task<Scan?> BeginAsync(CancellationToken cancellationToken)
    {
        if (options.Host is null)
            return null;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var late = new CancellationTokenSource(ConnectLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, either.Token);
            await socket.SendAsync("zINSTREAM\0"u8.ToArray(), cancellationToken);
            return new Scan(new NetworkStream(socket, ownsSocket: true), time);
        }
        catch (Exception exception) when (exception is SocketException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            socket.Dispose();
            throw new ScannerUnavailableException("The virus scanner cannot be reached.", exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>One file on its way through clamd.</summary>
    public sealed class Scan(Stream connection, TimeProvider time) : IAsyncDisposable
    {
        private const int LongestAnswer = 4096;

        private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(2);

        /// <summary>It takes bytes as fast as it writes them to its disk.</summary>
        private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(30);

        /// <summary>Sends bytes of the file; at least one.</summary>
        /// <exception cref="ScannerUnavailableException">clamd went away.</exception>
        public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            using var late = new CancellationTokenSource(WriteLimit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            try
            {
                await connection.WriteAsync(LengthOf(bytes), either.Token);
                await connection.WriteAsync(bytes, either.Token);
            }
            catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
            {
                throw new ScannerUnavailableException("The virus scanner takes no bytes any more.", exception);
            }
            catch (IOException exception)
            {
                // It hangs up on files that are longer than it takes, and says so first.
                var answer = await AnswerAsync(cancellationToken);
                throw new ScannerUnavailableException($"The virus scanner hung up: {(answer.Length == 0 ? "without a word" : answer)}", exception);
            }
        }

        /// <summary>The file is over: what was found in it, by its signature's name; null for nothing.</summary>
        /// <exception cref="ScannerUnavailableException">clamd gave no verdict.</exception>
        public async Task<string?> CompleteAsync(CancellationToken cancellationToken)
        {
            const string subject = "stream: ", found = " FOUND";
            string answer;
            try
            {
                await connection.WriteAsync(LengthOf(default), cancellationToken);
            }
            catch (IOException)
            {
                // Its last words tell why.
            }
            answer = await AnswerAsync(cancellationToken);
            if (answer == $"{subject}OK")
                return null;
            return answer.StartsWith(subject, StringComparison.Ordinal) && answer.EndsWith(found, StringComparison.Ordinal)
                ? answer[subject.Length..^found.Length]
                : throw new ScannerUnavailableException($"The virus scanner gave no verdict: {answer}");
        }

        /// <inheritdoc/>
        public ValueTask DisposeAsync() => connection.DisposeAsync();

        private static byte[] LengthOf(ReadOnlyMemory<byte> bytes)
        {
            var length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            return length;
        }

        private async Task<string> AnswerAsync(CancellationToken cancellationToken)
        {
            using var late = new CancellationTokenSource(AnswerLimit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            var buffer = new byte[LongestAnswer];
            try
            {
                var length = await connection.ReadAtLeastAsync(buffer, LongestAnswer, throwOnEndOfStream: false, either.Token);
                return Encoding.UTF8.GetString(buffer, 0, length).TrimEnd('\0', '\n');
            }
            catch (Exception exception) when (exception is IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                throw new ScannerUnavailableException("The virus scanner gave no verdict.", exception);
            }
        }
    }
}
