/** Valence in [-4, 4] of emoji (without variation selectors and skin tones) and emoticons. */
export const emojiSentiment: readonly (readonly [number, string])[] = [
  [3, '😍 🥰 ❤ 🤩 💖 💕 🧡 💛 💚 💙 💜 😻 🏆'],
  [2.4, '😀 😃 😄 😁 😊 🎉 🥳 🙌 👏 ☺ 🤗 🚀 💯 🥇 🌟 ✨ 😘 🫶 🎊'],
  [1.8, '🙂 👍 😂 🤣 😎 😉 💪 🙏 ✅ 🔥 😌 😇 ⭐ 👌 😆 🤝 🌈 🌞 🎁 🍾 🥂'],
  [-3, '😡 🤬 🤮 💔 😭 😱 👿'],
  [-2.3, '😞 😢 😠 😔 😣 😖 😩 😫 😤 🤢 👎 😥 😟 🙁 ☹ 😿 😰 😨 💩 😒'],
  [-1.6, '🙄 😕 😑 😬 🙃 😓 🤦 🤷 😐 ❌ 😪'],
  [1.9, ':) :-) :D :-D ;) ;-) =) xD XD 8) <3 ^^ ^_^ :p :P'],
  [-1.9, ':( :-( =( :/ :-/ x('],
];

/** Emoji that turn the praise of their sentence into irony. */
export const ironicEmoji = '🙄 🙃 🤡 😒 🤦';
