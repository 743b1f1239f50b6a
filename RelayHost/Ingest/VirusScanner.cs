using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace AudioOrleans.RelayHost.Ingest;

/// <summary>Scans files with clamd, using its INSTREAM command (clamd(8)).</summary>
public sealed class VirusScanner(ScannerOptions options, TimeProvider time)
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(5);

    /// <summary>Starts a scan; null where scanning is disabled.</summary>
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

    /// <summary>A running scan of one file.</summary>
    public sealed class Scan(Stream connection, TimeProvider time) : IAsyncDisposable
    {
        private const int LongestAnswer = 4096;

        private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(2);

        /// <summary>clamd accepts bytes as fast as it writes them to its disk.</summary>
        private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(30);

        /// <summary>Sends at least one byte of the file.</summary>
        /// <exception cref="ScannerUnavailableException">clamd closed the connection.</exception>
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
                throw new ScannerUnavailableException("The virus scanner no longer accepts data.", exception);
            }
            catch (IOException exception)
            {
                // clamd closes the connection for files above its size limit, and sends the reason first.
                var answer = await AnswerAsync(cancellationToken);
                throw new ScannerUnavailableException($"The virus scanner closed the connection: {(answer.Length == 0 ? "no answer" : answer)}", exception);
            }
        }

        /// <summary>Ends the file and returns the signature name of the malware found; null for none.</summary>
        /// <exception cref="ScannerUnavailableException">clamd returned no verdict.</exception>
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
                // Its last response contains the reason.
            }
            answer = await AnswerAsync(cancellationToken);
            if (answer == $"{subject}OK")
                return null;
            return answer.StartsWith(subject, StringComparison.Ordinal) && answer.EndsWith(found, StringComparison.Ordinal)
                ? answer[subject.Length..^found.Length]
                : throw new ScannerUnavailableException($"The virus scanner gave no result: {answer}");
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
                throw new ScannerUnavailableException("The virus scanner gave no result.", exception);
            }
        }
    }
}
