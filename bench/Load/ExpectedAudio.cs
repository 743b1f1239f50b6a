namespace AudioOrleans.Bench.Load;

/// <summary>The file that the station plays. No place in it sounds like another, so what is heard tells where in it one is.</summary>
internal sealed class ExpectedAudio(byte[] file)
{
    private const int MarkLength = 256;
    private const int Near = 512 * 1024;

    private int _lastFound;

    /// <summary>Where a run of bytes stands in the file, looked for near the place found last; -1 when it is not there.</summary>
    private int Find(ReadOnlySpan<byte> mark)
    {
        var from = Math.Max(0, _lastFound - Near);
        var near = file.AsSpan(from, Math.Min(2 * Near, file.Length - from)).IndexOf(mark);
        var found = near >= 0 ? from + near : file.AsSpan().IndexOf(mark);
        if (found >= 0)
            _lastFound = found;
        return found;
    }

    /// <summary>One listener's place in the file.</summary>
    internal sealed class Place(ExpectedAudio expected)
    {
        private readonly byte[] _mark = new byte[MarkLength];
        private int _marked;
        private int _at = -1;

        /// <summary>Places where bytes were not those that follow in the file.</summary>
        public int Gaps { get; private set; }

        /// <summary>Compares what was heard with what follows in the file.</summary>
        public void Check(ReadOnlySpan<byte> heard)
        {
            while (!heard.IsEmpty)
            {
                if (_at < 0)
                    heard = Locate(heard);
                if (_at < 0)
                    return;
                var file = expected.Bytes;
                var count = Math.Min(heard.Length, file.Length - _at);
                if (!heard[..count].SequenceEqual(file.AsSpan(_at, count)))
                {
                    Gaps++;
                    _at = -1;
                    _marked = 0;
                    continue;
                }
                heard = heard[count..];
                _at = (_at + count) % file.Length; // The station plays it over and over.
            }
        }

        private ReadOnlySpan<byte> Locate(ReadOnlySpan<byte> heard)
        {
            var count = Math.Min(heard.Length, MarkLength - _marked);
            heard[..count].CopyTo(_mark.AsSpan(_marked));
            _marked += count;
            if (_marked < MarkLength)
                return [];
            _marked = 0;
            var found = expected.Find(_mark);
            if (found < 0)
                Gaps++;
            else
                _at = (found + MarkLength) % expected.Bytes.Length;
            return heard[count..];
        }
    }

    private byte[] Bytes => file;
}
