using System.Text;

namespace Audio.Orleans.RelayHost.OnDemand;

/// <summary>Text out of tags: UTF-8, but old tags hold ISO 8859-1 and do not say so. What cannot be the one is the other.</summary>
internal static class TagText
{
    private static readonly Encoding Utf8 = Encoding.GetEncoding(Encoding.UTF8.CodePage, EncoderFallback.ReplacementFallback, new Latin1Fallback());

    public static string Decode(ReadOnlySpan<byte> bytes) => Utf8.GetString(bytes);

    private sealed class Latin1Fallback : DecoderFallback
    {
        public override int MaxCharCount => 4; // Of a sequence of UTF-8, each byte may be a character.

        public override DecoderFallbackBuffer CreateFallbackBuffer() => new Characters();

        private sealed class Characters : DecoderFallbackBuffer
        {
            private byte[] _bytes = [];
            private int _at;

            public override int Remaining => _bytes.Length - _at;

            public override bool Fallback(byte[] bytesUnknown, int index)
            {
                (_bytes, _at) = (bytesUnknown, 0);
                return bytesUnknown.Length > 0;
            }

            public override char GetNextChar() => _at < _bytes.Length ? (char)_bytes[_at++] : '\0';

            public override bool MovePrevious()
            {
                if (_at == 0)
                    return false;
                _at--;
                return true;
            }
        }
    }
}
